import { Pool } from '@neondatabase/serverless';

export const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 }); // error: [cross-request-client]
