import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";

/**
 * TODO(migrate): what a connection does. Carry over what the listeners in
 * {{origin}} do. `clients` are the connections of this
 * instance only: with several instances, send through Redis.
 */
export function onConnection(
  socket: WebSocket,
  _request: IncomingMessage,
  clients: Set<WebSocket>,
): void {
  socket.send(JSON.stringify({ type: "welcome" }));
  socket.on("message", (data, isBinary) => {
    for (const client of clients) client.send(data, { binary: isBinary });
  });
}
