import { render } from '../../../../lib/render'

export async function POST(request: Request) {
  const { source } = await request.json()
  await render(source, '/tmp/clip.mp4')
  return Response.json({ done: true })
}
