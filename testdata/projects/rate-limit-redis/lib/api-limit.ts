import Redis from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

const shared = globalThis as unknown as { redis?: Redis };
const redis = shared.redis ?? new Redis(process.env.REDIS_URL!, { maxRetriesPerRequest: 2 });
if (process.env.NODE_ENV !== 'production') shared.redis = redis;

export const limiter = new RateLimiterRedis({
  storeClient: redis,
  points: 20,
  duration: 60,
  insuranceLimiter: new RateLimiterMemory({ points: 20, duration: 60 }),
});
