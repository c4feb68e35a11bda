import { pool } from '../../../lib/pool';

export const GET = async () => Response.json((await pool.query('select id, url from links limit 50')).rows);
