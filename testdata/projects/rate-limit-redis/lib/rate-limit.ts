import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';

const limiter = new Ratelimit({
  redis: Redis.fromEnv(),
  limiter: Ratelimit.slidingWindow(10, '60 s'),
  ephemeralCache: new Map(),
});

export async function allow(ip: string): Promise<boolean> {
  const { success } = await limiter.limit(ip);
  return success;
}
