import { db } from '../../../../lib/db'

type Context = { params: Promise<{ id: string }> }

export async function GET(_request: Request, { params }: Context) {
  const { id } = await params
  const note = await db.note.findUnique({ where: { id } })
  return note ? Response.json(note) : Response.json({ error: 'not found' }, { status: 404 })
}

export async function DELETE(_request: Request, { params }: Context) {
  const { id } = await params
  await db.note.delete({ where: { id } })
  return new Response(null, { status: 204 })
}
