import { redis } from '@/lib/redis';

export async function POST() {
  return Response.json({ visits: await redis().incr('visits') });
}
