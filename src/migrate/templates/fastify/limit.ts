// How often a client may ask. With REDIS_URL all instances count together.
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { Redis } from "ioredis";
import { REDIS_URL, REQUESTS_PER_MINUTE } from "./config";

const redis = REDIS_URL ? new Redis(REDIS_URL) : undefined;
redis?.on("error", (error: Error) => console.error(`redis: ${error.message}`));

export async function limit(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    enableDraftSpec: true,
    // A limit that cannot be asked stops nobody.
    skipOnError: true,
    ...(redis && { redis }),
  });
}

export const closeLimit = () => redis?.quit();
