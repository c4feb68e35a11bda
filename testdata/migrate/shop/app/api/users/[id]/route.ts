import { cookies, headers } from 'next/headers';
import { NextResponse, type NextRequest } from 'next/server';
import { greeting, userOf } from '@/lib/users';
import type { User } from '@/lib/types';

type Context = { params: Promise<{ id: string }> };

export async function GET(request: NextRequest, { params }: Context) {
  const { id } = await params;
  const user: User = userOf(id);
  const seen = (await cookies()).get('seen')?.value ?? 'never';
  const language = (await headers()).get('accept-language') ?? 'none';
  const verbose = request.nextUrl.searchParams.getAll('verbose');
  return NextResponse.json(
    { user, seen, language, verbose, greeting, path: request.nextUrl.pathname, again: request.cookies.get('seen') },
    { headers: { 'x-user': id, vary: 'accept-language', 'cache-control': 'private' } },
  );
}

export async function POST(request: Request, { params }: Context) {
  const { id } = await params;
  const jar = await cookies();
  jar.set('seen', 'now', { httpOnly: true, maxAge: 60 });
  const body: unknown = await request.json().catch(() => null);
  if (body === null) return NextResponse.json({ error: 'no JSON' }, { status: 422 });
  const response = NextResponse.json({ id, body, seen: jar.get('seen')?.value }, { status: 201 });
  response.cookies.set('last', id);
  response.headers.append('set-cookie', 'plain=1; Path=/plain');
  return response;
}

export async function PUT() {
  throw new Error('on purpose');
}

export async function PATCH(request: Request) {
  const form = await request.formData();
  const file = form.get('file');
  return Response.json({ name: form.get('name'), size: file instanceof File ? file.size : -1 });
}

export async function DELETE() {
  (await cookies()).delete('seen');
  return new Response(null, { status: 204 });
}
