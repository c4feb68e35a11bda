// The queue between the service and its worker.
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { REDIS_URL } from "./config";

if (!REDIS_URL) throw new Error("REDIS_URL is not set: the queue is in Redis");

export const QUEUE = "{{queue}}";

/** A request that the worker answers. */
export interface Job {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  /** The body in base64. */
  body: string;
}

/** What the worker answered. */
export interface Result {
  status: number;
  headers: Record<string, string>;
  /** The body in base64. */
  body: string;
}

export const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
redis.on("error", (error: Error) => console.error(`redis: ${error.message}`));

export const queue = new Queue<Job, Result>(QUEUE, {
  connection: redis,
  defaultJobOptions: {
    // TODO(migrate): a job that is tried again does its work twice. Raise this
    // once the handler can be repeated.
    attempts: 1,
    removeOnComplete: { age: 24 * 3600 },
    removeOnFail: { age: 7 * 24 * 3600 },
  },
});

export async function closeQueue(): Promise<void> {
  await queue.close();
  redis.disconnect();
}
