import { Client } from 'pg';

type Context = { params: Promise<{ id: string }> };

export async function GET(_request: Request, { params }: Context) {
  const client = new Client(process.env.DATABASE_URL); // error: [per-request-client]
  await client.connect();
  const { rows } = await client.query('select * from users where id = $1', [(await params).id]);
  return Response.json(rows[0]);
}
