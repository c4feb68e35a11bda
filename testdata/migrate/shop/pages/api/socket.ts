import type { NextApiRequest, NextApiResponse } from 'next';
import { WebSocketServer } from 'ws';

let sockets: WebSocketServer | undefined;

export default function handler(_req: NextApiRequest, res: NextApiResponse) {
  sockets ??= new WebSocketServer({ port: Number(process.env.SOCKET_PORT ?? 3999) });
  sockets.on('connection', (socket) => socket.send('hello'));
  res.status(200).json({ open: true });
}
