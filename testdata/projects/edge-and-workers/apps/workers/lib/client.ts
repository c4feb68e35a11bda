import { getCloudflareContext } from '@opennextjs/cloudflare';
import { Client } from 'pg';

export async function withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const { env, ctx } = getCloudflareContext();
  const client = new Client({ connectionString: env.HYPERDRIVE.connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    ctx.waitUntil(client.end());
  }
}
