import { Pool } from '@neondatabase/serverless';

// Only routes on Node import it.
export const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 });
