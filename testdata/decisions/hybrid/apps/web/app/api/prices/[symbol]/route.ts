import { price } from '../../../../lib/price'

export async function GET(_request: Request, { params }: { params: Promise<{ symbol: string }> }) {
  const { symbol } = await params
  return Response.json(await price(symbol))
}
