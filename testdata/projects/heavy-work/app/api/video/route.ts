import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transcode } from '../../../lib/video';

export const maxDuration = 300;

export async function POST(request: Request) {
  const { url } = await request.json();
  await transcode(url, join(tmpdir(), 'out.mp4'));
  return Response.json({ ok: true });
}
