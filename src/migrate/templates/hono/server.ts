import type { Server } from "node:http";
import { serve, type HttpBindings } from "@hono/node-server";
import helmet from "helmet";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { ALLOWED_ORIGINS, PORT } from "./config";
import { closeLimit, limit } from "./limit";
import { mountRoutes } from "./routes";
import { endGracefully, isDraining, whenDrained } from "./shutdown";
// {{#sockets}}
import { whileDraining } from "./shutdown";
import { closeSockets, openSockets } from "./sockets";
// {{/sockets}}

const app = new Hono<{ Bindings: HttpBindings }>();

app.get("/healthz", (c) => c.json({ status: "ok" }));
app.get("/readyz", (c) =>
  c.json({ draining: isDraining() }, isDraining() ? 503 : 200),
);

const secure = helmet();
app.use(async (c, next) => {
  const { incoming, outgoing } = c.env;
  await new Promise<void>((resolve) =>
    secure(incoming, outgoing, () => resolve()),
  );
  await next();
});
const crossOrigin = cors({ origin: ALLOWED_ORIGINS, credentials: true });
app.use((c, next) => {
  // Other OPTIONS requests are for the routes.
  const isPreflight = c.req.header("access-control-request-method");
  return c.req.method === "OPTIONS" && !isPreflight
    ? next()
    : crossOrigin(c, next);
});
app.use(limit);

mountRoutes(app);

const options = {
  fetch: app.fetch,
  port: PORT,
  // The handlers' Request and Response are those of Node.js.
  overrideGlobalObjects: false,
};
const server = serve(options, () =>
  console.log(`listening on port ${PORT}`),
) as Server;
// {{#sockets}}
openSockets(server);
whileDraining(closeSockets);
// {{/sockets}}
whenDrained(closeLimit);
endGracefully(server);
