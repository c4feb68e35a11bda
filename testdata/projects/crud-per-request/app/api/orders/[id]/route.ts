import { connect } from '@/lib/db';

type Context = { params: Promise<{ id: string }> };

export async function GET(_request: Request, { params }: Context) {
  const { id } = await params;
  const order = await connect().order.findUnique({ where: { id } });
  return order ? Response.json(order) : new Response(null, { status: 404 });
}

export async function DELETE(_request: Request, { params }: Context) {
  const { id } = await params;
  await connect().order.delete({ where: { id } });
  return new Response(null, { status: 204 });
}
