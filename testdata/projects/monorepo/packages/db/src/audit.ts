import { Client } from 'pg';

export async function audit(event: string) {
  const client = new Client({ connectionString: process.env.AUDIT_URL }); // error: [per-request-client]
  await client.connect();
  await client.query('insert into audit (event) values ($1)', [event]);
}

// Nothing that a route reaches calls it.
export async function prune() {
  const client = new Client({ connectionString: process.env.AUDIT_URL });
  await client.connect();
  await client.query("delete from audit where at < now() - interval '1 year'");
}
