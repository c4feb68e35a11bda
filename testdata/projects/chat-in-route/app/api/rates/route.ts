import { currentRate } from '../../../lib/rates';

export async function GET() {
  return Response.json({ rate: await currentRate('EURUSD') });
}
