import { PrismaClient } from '@prisma/client';
import { send } from '../../../lib/mail';

const shared = globalThis as unknown as { prisma?: PrismaClient };
const prisma = shared.prisma ?? new PrismaClient();
if (process.env.NODE_ENV !== 'production') shared.prisma = prisma;

export async function POST() {
  const readers = await prisma.subscriber.findMany(); // warning: [uncapped-query]
  for (const reader of readers) { // warning: [unbounded-fan-out]
    await send(reader.email);
  }
  return Response.json({ sent: readers.length });
}
