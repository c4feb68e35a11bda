import { PrismaClient } from '@prisma/client';

export async function GET() {
  const prisma = new PrismaClient(); // warning: [per-request-client]
  try {
    return Response.json(await prisma.user.findMany({ take: 20 }));
  } finally {
    await prisma.$disconnect();
  }
}
