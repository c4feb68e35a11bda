import { createServer } from 'node:http';
import express from 'express';
import helmet from 'helmet';
import { Server } from 'socket.io';

const app = express();
app.use(helmet());
app.get('/health', (_request, response) => response.json({ ok: true }));

const server = createServer(app);
const io = new Server(server);
const online = new Set();

io.on('connection', (socket) => {
  online.add(socket.id);
  socket.on('message', (text) => io.emit('message', text));
  socket.on('disconnect', () => online.delete(socket.id));
});

setInterval(() => io.emit('online', online.size), 10_000);

server.listen(Number(process.env.PORT ?? 4000));
