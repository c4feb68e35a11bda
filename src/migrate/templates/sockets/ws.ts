// WebSockets on the port of the HTTP server.
import type { IncomingMessage, Server } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import { ALLOWED_ORIGINS, DRAIN_LIMIT_MS } from "./config";
import { onConnection } from "./connection";

const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_048_576 });
const HEARTBEAT_MS = 30_000;
const GOING_AWAY = 1001;

/** Takes the upgrade requests of a server. */
export function openSockets(server: Server): void {
  server.on("upgrade", (request: IncomingMessage, socket, head) => {
    socket.on("error", () => socket.destroy());
    if (!isAllowed(request)) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    // TODO(migrate): authenticate here, before the upgrade: read the cookie or
    // token of `request`, and end the socket with 401 as above if it is wrong.
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      keepAlive(webSocket);
      onConnection(webSocket, request, sockets.clients);
    });
  });
}

/** Browsers always name their origin; other clients need not. */
function isAllowed({ headers: { origin } }: IncomingMessage): boolean {
  return origin === undefined || ALLOWED_ORIGINS.includes(origin);
}

/** Ends a connection whose other side no longer answers. */
function keepAlive(webSocket: WebSocket): void {
  let alive = true;
  const beat = setInterval(() => {
    if (!alive) return webSocket.terminate();
    alive = false;
    webSocket.ping();
  }, HEARTBEAT_MS);
  webSocket.on("pong", () => (alive = true));
  webSocket.on("close", () => clearInterval(beat));
  webSocket.on("error", (error) => console.error(error));
}

/** Tells all clients to come back later, and waits until they have gone. */
export async function closeSockets(): Promise<void> {
  const open = [...sockets.clients].map((webSocket) => {
    const gone = new Promise((resolve) => webSocket.once("close", resolve));
    webSocket.close(GOING_AWAY, "restarting");
    setTimeout(() => webSocket.terminate(), DRAIN_LIMIT_MS / 2).unref();
    return gone;
  });
  await Promise.all(open);
}
