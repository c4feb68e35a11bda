// The routes that take jobs and tell what became of them.
import { randomUUID } from "node:crypto";
import type { Express, Request, Response } from "express";
import express from "express";
import { BODY_LIMIT_BYTES } from "./config";
import { queue } from "./queue";

/**
 * TODO(migrate): jobs wait in Redis, readable to whoever reads that. Cookies
 * and tokens are left out: check here who asks, and add what the work needs.
 */
const CARRIED = ["accept", "accept-language", "content-type", "user-agent"];

/** Puts requests of a path into the queue instead of answering them. */
export function mountQueued(
  app: Express,
  path: string,
  methods: string[],
): void {
  const allow = [...methods, "OPTIONS"].sort().join(", ");
  const body = express.raw({ type: () => true, limit: BODY_LIMIT_BYTES });
  app.options(path, (_req, res) => res.status(204).set("Allow", allow).end());
  for (const method of methods) {
    app[method.toLowerCase() as "post"](path, body, enqueue);
  }
  app.all(path, (_req, res) => res.status(405).set("Allow", allow).end());
}

async function enqueue(req: Request, res: Response): Promise<void> {
  const bytes = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  const headers: Record<string, string> = {};
  for (const name of CARRIED) {
    const value = req.get(name);
    if (value !== undefined) headers[name] = value;
  }
  const { method, originalUrl: url } = req;
  // Nobody can guess the number of somebody else's job.
  const id = randomUUID();
  const data = { method, url, headers, body: bytes.toString("base64") };
  await queue.add(req.path, data, { jobId: id });
  const status = `/jobs/${id}`;
  res.status(202).location(status).json({ id, status });
}

/** Tells what became of a job, and gives what the handler answered. */
export function mountJobs(app: Express): void {
  // TODO(migrate): let only those ask who sent the job.
  app.get("/jobs/:id", async (req, res) => {
    const job = await queue.getJob(req.params.id);
    if (!job) return void res.status(404).json({ state: "unknown" });
    const state = await job.getState();
    res.json({ id: job.id, state, failed: state === "failed" });
  });
  app.get("/jobs/:id/result", async (req, res) => {
    const job = await queue.getJob(req.params.id);
    const result = job?.returnvalue;
    if (!result) return void res.status(404).json({ state: "not done" });
    res.status(result.status).set(result.headers);
    res.end(Buffer.from(result.body, "base64"));
  });
}
