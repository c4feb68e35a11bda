import { startLive } from '../../../lib/live';

export async function GET() {
  startLive();
  return new Response(null, { status: 204 });
}
