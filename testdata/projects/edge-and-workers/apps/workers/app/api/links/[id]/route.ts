import { withClient } from '../../../../lib/client';

type Context = { params: Promise<{ id: string }> };

export async function GET(_request: Request, { params }: Context) {
  const { id } = await params;
  const link = await withClient(async (client) => {
    const { rows } = await client.query('select url from links where id = $1', [id]);
    return rows[0];
  });
  return link ? Response.redirect(link.url) : new Response(null, { status: 404 });
}
