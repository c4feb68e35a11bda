import { limiter } from '@/lib/api-limit';

export async function GET(request: Request) {
  try {
    await limiter.consume(request.headers.get('x-forwarded-for') ?? 'unknown');
  } catch {
    return new Response('Too many requests', { status: 429 });
  }
  return Response.json([]);
}
