import express from 'express';
import { Client, Pool } from 'pg';

const app = express();
const pool = new Pool({ connectionString: process.env.DATABASE_URL });

app.get('/posts', async (_req, res) => {
  const { rows } = await pool.query('select id, title from posts limit 20');
  res.json(rows);
});

app.get('/report', async (_req, res) => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query('select count(*) from posts');
  await client.end();
  res.json(rows);
});

app.listen(4000);
