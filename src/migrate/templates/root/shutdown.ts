// Ends the process without cutting anything off that is on its way.
import type { Server } from "node:http";
import { DRAIN_DELAY_MS, DRAIN_LIMIT_MS } from "./config";
import { afterwardsDone } from "./next/context";

type Step = () => unknown;

let draining = false;
const during: Step[] = [];
const afterwards: Step[] = [];

/** Whether the process is about to end: readiness says so. */
export const isDraining = () => draining;

/** What ends connections that would stay open. */
export const whileDraining = (step: Step) => void during.push(step);

/** What is only closed when nobody needs it any more. */
export const whenDrained = (step: Step) => void afterwards.push(step);

/**
 * On SIGTERM or SIGINT: readiness says no, then there are no new connections,
 * open requests get their answers, and the process ends with 0; with 1 if they
 * do not within the time limit.
 */
export function endGracefully(server: Server): void {
  const end = async () => {
    if (draining) return;
    draining = true;
    const limit = DRAIN_DELAY_MS + DRAIN_LIMIT_MS;
    setTimeout(() => process.exit(1), limit).unref();
    await new Promise((resolve) => setTimeout(resolve, DRAIN_DELAY_MS));
    const closed = new Promise((resolve) => server.close(resolve));
    // Connections that are kept for more requests get idle one by one.
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    await Promise.all([closed, ...during.map((step) => step())]);
    clearInterval(sweep);
    await afterwardsDone();
    await Promise.all(afterwards.map((step) => step()));
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => void end());
  }
}
