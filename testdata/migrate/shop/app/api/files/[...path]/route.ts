const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function GET(_request: Request, { params }: { params: Promise<{ path: string[] }> }) {
  const { path } = await params;
  const stream = new ReadableStream({
    async start(controller) {
      for (const part of path) {
        controller.enqueue(new TextEncoder().encode(`${part}\n`));
        await wait(20);
      }
      controller.close();
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/plain; charset=utf-8', 'x-parts': String(path.length) } });
}

export async function POST(request: Request) {
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) size += chunk.length;
  return Response.json({ size, type: request.headers.get('content-type') });
}
