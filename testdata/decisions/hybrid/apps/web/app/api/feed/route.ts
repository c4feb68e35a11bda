import { openFeed } from '../../../lib/feed'

export async function POST() {
  openFeed()
  return Response.json({ port: 4001 })
}
