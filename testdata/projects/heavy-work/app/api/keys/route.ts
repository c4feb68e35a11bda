import { pbkdf2Sync } from 'node:crypto';

export async function POST(request: Request) {
  const { password, salt } = await request.json();
  const key = pbkdf2Sync(password, salt, 600_000, 32, 'sha256'); // warning: [heavy-work]
  return Response.json({ key: key.toString('hex') });
}
