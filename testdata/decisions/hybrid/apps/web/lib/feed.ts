import { WebSocketServer } from 'ws'

import { price } from './price'

export function openFeed() {
  const feed = new WebSocketServer({ port: 4001 })
  feed.on('connection', async (socket) => {
    socket.send(JSON.stringify(await price('ALL')))
  })
  return feed
}
