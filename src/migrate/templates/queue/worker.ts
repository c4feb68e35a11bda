// Takes jobs from the queue. It answers each as the service would have, on a
// server of its own that nobody else reaches.
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "bullmq";
import express from "express";
import { afterwardsDone } from "./next/context";
import { closeQueue, QUEUE, redis, type Job, type Result } from "./queue";
import { mountWork } from "./work";

const app = express();
app.enable("case sensitive routing");
mountWork(app);
const server = createServer(app);
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;

/** No time limit: that is what the worker is for. */
const answerOf = (job: Job) =>
  new Promise<Result>((resolve, reject) => {
    const { method, url: path, headers } = job;
    const options = { host: "127.0.0.1", port, method, path, headers };
    const sent = request(options, async (response) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        const type = response.headers["content-type"];
        resolve({
          status: response.statusCode ?? 500,
          headers: type ? { "content-type": type } : {},
          body: Buffer.concat(chunks).toString("base64"),
        });
      } catch (error) {
        reject(error as Error);
      }
    });
    sent.on("error", reject);
    sent.end(Buffer.from(job.body, "base64"));
  });

const worker = new Worker<Job, Result>(
  QUEUE,
  async ({ data }) => {
    const result = await answerOf(data);
    if (result.status >= 500) throw new Error(`answered ${result.status}`);
    return result;
  },
  // TODO(migrate): how many at once; heavy work wants one for each core.
  { connection: redis.duplicate(), concurrency: 1 },
);
worker.on("failed", (job, error) => console.error(job?.id, error.message));
worker.on("error", (error) => console.error(error.message));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    // Waits for the jobs that are being done.
    await worker.close();
    await afterwardsDone();
    await closeQueue();
    process.exit(0);
  });
}
console.log("waiting for jobs");
