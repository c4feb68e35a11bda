import { WebSocketServer } from 'ws';

let server: WebSocketServer | undefined;

export function startLive() {
  server ??= new WebSocketServer({ port: 3001 }); // error: [websocket-server]
}
