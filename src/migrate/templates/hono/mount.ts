// Lets Hono answer by handlers that were written for Next.js.
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Hono } from "hono";
import { TRUSTED_PROXIES } from "./config";
import type { RouteModule } from "./next/answer";
import { routeHandler } from "./next/node";
import { pagesHandler } from "./next/pages";

export type App = Hono<{ Bindings: HttpBindings }>;
type Handler = typeof routeHandler;

function mounted(handler: Handler) {
  return (app: App, path: string, route: string, module: RouteModule) =>
    app.all(path, async (c) => {
      const { incoming, outgoing } = c.env;
      const forwarded = c.req.header("x-forwarded-proto");
      const protocol = (TRUSTED_PROXIES > 0 && forwarded) || "http";
      Object.assign(incoming, { protocol });
      // What Hono's middleware said so far goes out too.
      c.res.headers.forEach((value, name) => outgoing.setHeader(name, value));
      await handler(route, module, incoming as never, outgoing as never);
      return RESPONSE_ALREADY_SENT;
    });
}

/** Mounts a Route Handler. */
export const mountRoute = mounted(routeHandler);

/** Mounts a handler of `pages/api`. */
export const mountPages = mounted(pagesHandler);
