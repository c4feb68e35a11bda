// Lets Express answer by handlers that were written for Next.js.
import type { Express } from "express";
import type { RouteModule } from "./next/answer";
import { routeHandler } from "./next/node";
import { pagesHandler } from "./next/pages";

type Handler = typeof routeHandler;

function mounted(handler: Handler) {
  return (app: Express, path: string, route: string, module: RouteModule) =>
    app.all(path, (req, res) => handler(route, module, req, res));
}

/** Mounts a Route Handler. */
export const mountRoute = mounted(routeHandler);

/** Mounts a handler of `pages/api`. */
export const mountPages = mounted(pagesHandler);
