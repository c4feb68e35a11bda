import { jwtVerify } from 'jose';
import { NextResponse, type NextRequest } from 'next/server';

const key = new TextEncoder().encode(process.env.JWT_KEY);

// Nothing calls this: the routes beside it are open to everybody.
export async function middleware(request: NextRequest) { // error: [misplaced-middleware]
  const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
  try {
    await jwtVerify(token, key);
    return NextResponse.next();
  } catch {
    return NextResponse.json({ error: 'unauthorized' }, { status: 401 });
  }
}

export const config = { matcher: ['/api/:path*'] };
