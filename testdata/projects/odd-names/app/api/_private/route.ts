import Redis from 'ioredis';

// A folder with an underscore is no route.
export async function GET() {
  return Response.json(await new Redis(process.env.REDIS_URL!).incr('n'));
}
