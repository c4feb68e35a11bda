import sharp from 'sharp';

export async function POST(request: Request) {
  const image = await sharp(Buffer.from(await request.arrayBuffer())).resize(256, 256).webp().toBuffer();
  return new Response(new Uint8Array(image), { headers: { 'content-type': 'image/webp' } });
}
