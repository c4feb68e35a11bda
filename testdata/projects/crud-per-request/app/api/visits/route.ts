import Redis from 'ioredis';

const redis = new Redis(process.env.REDIS_URL!); // info: [client-in-route-module]

export async function POST() {
  return Response.json({ visits: await redis.incr('visits') });
}
