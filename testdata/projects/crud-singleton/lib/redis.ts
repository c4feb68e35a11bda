import Redis from 'ioredis';

let client: Redis | undefined;

export function redis() {
  client ??= new Redis(process.env.REDIS_URL!, { lazyConnect: true });
  return client;
}
