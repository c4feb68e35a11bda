import { db, posts } from '@acme/db';

export const GET = async () => Response.json(await db.select().from(posts).limit(20));
