// How often a client may ask. With REDIS_URL all instances count together.
import type { HttpBindings } from "@hono/node-server";
import { createMiddleware } from "hono/factory";
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { createClient } from "redis";
import { REDIS_URL, REQUESTS_PER_MINUTE, TRUSTED_PROXIES } from "./config";

const redis = REDIS_URL ? createClient({ url: REDIS_URL }) : undefined;
redis?.on("error", (error: Error) => console.error(`redis: ${error.message}`));
await redis?.connect();

const options = { points: REQUESTS_PER_MINUTE, duration: 60 };
const limiter = redis
  ? new RateLimiterRedis({
      ...options,
      storeClient: redis,
      useRedisPackage: true,
    })
  : new RateLimiterMemory(options);

/** The client's address, as far as the trusted proxies tell it. */
function clientOf(forwarded: string | undefined, peer = "unknown"): string {
  const known = (forwarded ?? "").split(",").map((one) => one.trim());
  return (TRUSTED_PROXIES > 0 && known.at(-TRUSTED_PROXIES)) || peer;
}

export const limit = createMiddleware<{ Bindings: HttpBindings }>(
  async (c, next) => {
    const peer = c.env.incoming.socket.remoteAddress;
    try {
      await limiter.consume(clientOf(c.req.header("x-forwarded-for"), peer));
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        c.header("Retry-After", String(Math.ceil(error.msBeforeNext / 1000)));
        return c.text("Too many requests, please try again later.", 429);
      }
      // A limit that cannot be asked stops nobody.
      console.error(error);
    }
    await next();
  },
);

export const closeLimit = () => redis?.close();
