export async function GET(request: Request) {
  const ms = Number(new URL(request.url).searchParams.get('ms') ?? 1000);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return new Response('done');
}
