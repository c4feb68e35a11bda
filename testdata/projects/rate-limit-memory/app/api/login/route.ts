import { NextResponse } from 'next/server';
import { allow } from '@/lib/rate-limit';

export async function POST(request: Request) {
  const ip = request.headers.get('x-forwarded-for') ?? 'unknown';
  if (!(await allow(ip))) return NextResponse.json({ error: 'Too many requests' }, { status: 429 });
  return NextResponse.json({ ok: true });
}
