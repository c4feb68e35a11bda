import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import Fastify from "fastify";
import {
  ALLOWED_ORIGINS,
  BODY_LIMIT_BYTES,
  PORT,
  TRUSTED_PROXIES,
} from "./config";
import { closeLimit, limit } from "./limit";
import { mountRoutes } from "./routes";
import { endGracefully, isDraining, whenDrained } from "./shutdown";
// {{#sockets}}
import { whileDraining } from "./shutdown";
import { closeSockets, openSockets } from "./sockets";
// {{/sockets}}

const app = Fastify({
  bodyLimit: BODY_LIMIT_BYTES,
  trustProxy: (_address, hop) => hop < TRUSTED_PROXIES,
  forceCloseConnections: "idle",
});

app.get("/healthz", () => ({ status: "ok" }));
app.get("/readyz", (_request, reply) =>
  reply.code(isDraining() ? 503 : 200).send({ draining: isDraining() }),
);

await app.register(helmet);
// The routes answer OPTIONS themselves, with these headers added.
await app.register(cors, {
  origin: ALLOWED_ORIGINS,
  credentials: true,
  preflightContinue: true,
  strictPreflight: false,
});
await limit(app);

await app.register(mountRoutes);

await app.ready();
// {{#sockets}}
openSockets(app.server);
whileDraining(closeSockets);
// {{/sockets}}
whenDrained(closeLimit);
endGracefully(app.server);
await app.listen({ port: PORT, host: "::" });
console.log(`listening on port ${PORT}`);
