import { products } from '../../../../lib/products'

export async function GET(request: Request) {
  if (request.headers.get('x-api-key') !== process.env.MOBILE_KEY) return new Response(null, { status: 401 })
  return Response.json(await products(), { headers: { 'Access-Control-Allow-Origin': '*' } })
}
