import { Pool } from '@neondatabase/serverless';
import { waitUntil } from '@vercel/functions';

export const runtime = 'edge';

export async function GET() {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL });
  const { rows } = await pool.query('select 1 as ok');
  waitUntil(pool.end());
  return Response.json(rows[0]);
}
