// How often a client may ask. With REDIS_URL all instances count together.
import { rateLimit } from "express-rate-limit";
import { RedisStore } from "rate-limit-redis";
import { createClient } from "redis";
import { REDIS_URL, REQUESTS_PER_MINUTE } from "./config";

const redis = REDIS_URL ? createClient({ url: REDIS_URL }) : undefined;
redis?.on("error", (error: Error) => console.error(`redis: ${error.message}`));
await redis?.connect();

export const limit = rateLimit({
  windowMs: 60_000,
  limit: REQUESTS_PER_MINUTE,
  standardHeaders: "draft-8",
  legacyHeaders: false,
  // A limit that cannot be asked stops nobody.
  passOnStoreError: true,
  ...(redis && {
    store: new RedisStore({
      sendCommand: (...command: string[]) => redis.sendCommand(command),
    }),
  }),
});

export const closeLimit = () => redis?.close();
