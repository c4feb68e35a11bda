import type { Server, Socket } from "socket.io";

/**
 * TODO(migrate): what a connection does. Carry over what the listeners in
 * {{origin}} do. `io` knows the connections of this instance
 * only: with several instances, add @socket.io/redis-adapter.
 */
export function onConnection(io: Server, socket: Socket): void {
  socket.emit("welcome");
  socket.on("message", (data: unknown) => io.emit("message", data));
}
