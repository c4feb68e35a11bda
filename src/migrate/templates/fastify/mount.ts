// Lets Fastify answer by handlers that were written for Next.js.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RouteModule } from "./next/answer";
import { routeHandler } from "./next/node";
import { pagesHandler } from "./next/pages";

type Handler = typeof routeHandler;

function mounted(handler: Handler) {
  return (
    app: FastifyInstance,
    path: string,
    route: string,
    module: RouteModule,
  ) =>
    app.all(path, async (request: FastifyRequest, reply: FastifyReply) => {
      // What Fastify's plugins said so far goes out too.
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      const raw = Object.assign(request.raw, { protocol: request.protocol });
      await handler(route, module, raw, reply.raw);
    });
}

/** Mounts a Route Handler. */
export const mountRoute = mounted(routeHandler);

/** Mounts a handler of `pages/api`. */
export const mountPages = mounted(pagesHandler);

/** The handlers read their bodies themselves. */
export function leaveBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
}
