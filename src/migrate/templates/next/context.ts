// What `next/headers` and `after` need to know of the request that is being
// answered. Next.js keeps it the same way.
import { AsyncLocalStorage } from "node:async_hooks";
import type { ResponseCookies } from "@edge-runtime/cookies";

export interface RequestContext {
  request: Request;
  /** Cookies that `cookies().set()` adds to the answer. */
  setCookies: ResponseCookies;
  /** Whether `cookies().set()` was called. */
  cookiesChanged: boolean;
}

/** Carried files `require` this module, the service imports it: they share. */
function shared<T>(name: string, make: () => T): T {
  const all = globalThis as unknown as Record<symbol, T | undefined>;
  return (all[Symbol.for(`service.${name}`)] ??= make());
}

const storage = shared(
  "context",
  () => new AsyncLocalStorage<RequestContext>(),
);

export const runInContext = storage.run.bind(storage);

export function currentContext(api: string): RequestContext {
  const context = storage.getStore();
  if (!context) throw new Error(`${api} was called outside of a request`);
  return context;
}

const afterwards = shared("afterwards", () => new Set<Promise<unknown>>());

/** Runs work after the answer; a shutdown waits for it. */
export function runAfterwards(task: unknown): void {
  const run = async () => {
    // The answer goes out first.
    await new Promise((resolve) => setImmediate(resolve));
    await (typeof task === "function" ? task() : task);
  };
  const work = run().catch((error: unknown) => console.error(error));
  afterwards.add(work);
  void work.finally(() => afterwards.delete(work));
}

/** Waits for what was given to `after`. */
export async function afterwardsDone(): Promise<void> {
  while (afterwards.size > 0) await Promise.all(afterwards);
}

/**
 * A value that may be awaited and used at once: `params`, `cookies()` and
 * `headers()` are promises since Next.js 15 and were plain objects before.
 */
export function awaitable<T extends object>(value: T): Promise<T> & T {
  return new Proxy(Promise.resolve(value), {
    get(promise, key) {
      const owner: object = key in promise ? promise : value;
      const member: unknown = Reflect.get(owner, key, owner);
      return typeof member === "function" ? member.bind(owner) : member;
    },
    has: (promise, key) => key in promise || key in value,
    ownKeys: () => Reflect.ownKeys(value),
    getOwnPropertyDescriptor(_promise, key) {
      const own = Reflect.getOwnPropertyDescriptor(value, key);
      return own && { ...own, configurable: true };
    },
  }) as Promise<T> & T;
}
