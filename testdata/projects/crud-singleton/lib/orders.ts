import { db } from '@/lib/db';

export async function openOrders(limit: number) {
  return db.order.findMany({ where: { shipped: false }, take: limit });
}
