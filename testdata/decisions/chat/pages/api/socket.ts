import type { NextApiRequest, NextApiResponse } from 'next'
import { Server } from 'socket.io'

type WithServer = NextApiResponse & { socket: { server: { io?: Server } } }

export default function handler(_request: NextApiRequest, response: WithServer) {
  const server = response.socket.server
  if (!server.io) {
    const io = new Server(server as never)
    io.on('connection', (socket) => {
      socket.on('message', (message) => io.emit('message', message))
    })
    server.io = io
  }
  response.end()
}
