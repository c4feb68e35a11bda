import { pool } from '../../../lib/node-pool';

export const GET = async () => Response.json((await pool.query('select count(*) from links')).rows[0]);
