import { pool } from '../../../../lib/über pool';

export async function GET(_request: Request, { params }: { params: Promise<{ slug: string[] }> }) {
  const { rows } = await pool.query('select url from files where path = $1', [(await params).slug.join('/')]);
  return Response.json(rows[0]);
}
