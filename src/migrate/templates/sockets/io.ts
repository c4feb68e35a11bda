// Socket.IO on the port of the HTTP server.
import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";
import { ALLOWED_ORIGINS } from "./config";
import { onConnection } from "./connection";

const io = new Server({
  path: "{{io_path}}",
  // Browsers always name their origin; other clients need not.
  allowRequest: ({ headers: { origin } }, answer) =>
    answer(null, origin === undefined || ALLOWED_ORIGINS.includes(origin)),
  cors: { origin: ALLOWED_ORIGINS, credentials: true },
  // The heartbeat.
  pingInterval: 25_000,
  pingTimeout: 20_000,
  maxHttpBufferSize: 1_048_576,
});

// TODO(migrate): authenticate here: read the cookie or token of
// `socket.handshake`, and call `next(new Error("…"))` if it is wrong.
io.use((_socket, next) => next());

/** Takes the connections of a server. */
export function openSockets(server: HttpServer): void {
  io.attach(server);
  io.on("connection", (socket) => onConnection(io, socket));
}

/** Tells all clients to come back later. */
export async function closeSockets(): Promise<void> {
  io.disconnectSockets(true);
  io.engine.close();
}
