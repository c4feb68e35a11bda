import { db, posts as table } from '@acme/db';
import { audit } from '@acme/db/audit';
import { z } from 'zod';

import { publicProcedure, router } from './trpc';

export const posts = router({
  list: publicProcedure.query(() => db.select().from(table).limit(20)),
  add: publicProcedure.input(z.object({ title: z.string() })).mutation(async ({ input }) => {
    await db.insert(table).values(input);
    await audit('post.added');
  }),
});
