import { accounts } from '../../../lib/accounts'

export async function GET() {
  return Response.json(await accounts())
}
