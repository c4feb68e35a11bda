import { db } from '@/lib/db';
import { openOrders } from '@/lib/orders';

export async function GET() {
  return Response.json(await openOrders(50));
}

export async function POST(request: Request) {
  const { sku, quantity } = await request.json();
  const order = await db.order.create({ data: { sku, quantity } });
  return Response.json(order, { status: 201 });
}
