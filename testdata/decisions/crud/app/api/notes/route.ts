import { db } from '../../../lib/db'

export async function GET() {
  return Response.json(await db.note.findMany({ take: 50, orderBy: { createdAt: 'desc' } }))
}

export async function POST(request: Request) {
  const { title, text } = await request.json()
  const note = await db.note.create({ data: { title, text } })
  return Response.json(note, { status: 201 })
}
