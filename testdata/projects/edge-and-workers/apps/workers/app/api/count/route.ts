import { neon } from '@neondatabase/serverless';

const sql = neon(process.env.DATABASE_URL!);

export async function GET() {
  const [row] = await sql`select count(*) as links from links`;
  return Response.json(row);
}
