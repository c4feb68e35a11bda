import type { NextApiRequest, NextApiResponse } from 'next';
import { Server } from 'socket.io';

type WithServer = NextApiResponse & { socket: { server: { io?: Server } } };

export default function handler(_request: NextApiRequest, response: NextApiResponse) {
  const server = (response as WithServer).socket.server;
  if (!server.io) {
    const io = new Server(server as never, { path: '/api/socket' }); // error: [websocket-server]
    io.on('connection', (socket) => {
      socket.on('message', (text: string) => socket.broadcast.emit('message', text));
    });
    server.io = io;
  }
  response.end();
}
