import { connect } from '@/lib/db';

export async function openOrders(limit: number) {
  const db = connect();
  return db.order.findMany({ where: { shipped: false }, take: limit });
}
