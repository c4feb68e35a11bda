import { createServer } from "node:http";
import cors from "cors";
import express from "express";
import helmet from "helmet";
import {
  ALLOWED_ORIGINS,
  BODY_LIMIT_BYTES,
  PORT,
  TRUSTED_PROXIES,
} from "./config";
import { closeLimit, limit } from "./limit";
// {{#queue}}
import { closeQueue } from "./queue";
// {{/queue}}
import { mountRoutes } from "./routes";
import { endGracefully, isDraining, whenDrained } from "./shutdown";
// {{#sockets}}
import { whileDraining } from "./shutdown";
import { closeSockets, openSockets } from "./sockets";
// {{/sockets}}

const app = express();
app.enable("case sensitive routing");
app.set("trust proxy", TRUSTED_PROXIES);

app.get("/healthz", (_req, res) => {
  res.json({ status: "ok" });
});
app.get("/readyz", (_req, res) => {
  res.status(isDraining() ? 503 : 200).json({ draining: isDraining() });
});

app.use(helmet());
// The routes answer OPTIONS themselves, with these headers added.
app.use(
  cors({ origin: ALLOWED_ORIGINS, credentials: true, preflightContinue: true }),
);
app.use(limit);

// They read their bodies themselves, so no parser may stand before them.
mountRoutes(app);

// For routes that are written for Express.
app.use(express.json({ limit: BODY_LIMIT_BYTES }));

const server = createServer(app);
// {{#sockets}}
openSockets(server);
whileDraining(closeSockets);
// {{/sockets}}
whenDrained(closeLimit);
// {{#queue}}
whenDrained(closeQueue);
// {{/queue}}
endGracefully(server);
server.listen(PORT, () => console.log(`listening on port ${PORT}`));
