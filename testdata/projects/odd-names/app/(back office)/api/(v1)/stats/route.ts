import { pool } from '../../../../../lib/über pool';

export const GET = async () => Response.json((await pool.query('select count(*) from users')).rows[0]);
