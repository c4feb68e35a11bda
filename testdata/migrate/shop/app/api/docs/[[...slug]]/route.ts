import { notFound, permanentRedirect, redirect } from 'next/navigation';
import { NextResponse, after, type NextRequest } from 'next/server';

export async function GET(request: NextRequest, context: { params: Promise<{ slug?: string[] }> }) {
  const { slug } = await context.params;
  switch (slug?.[0]) {
    case undefined:
      return Response.json({ slug: slug ?? null });
    case 'moved':
      return NextResponse.redirect(new URL('https://example.com/new?a=1'), 308);
    case 'old':
      redirect('/api/docs');
    case 'older':
      permanentRedirect('https://example.com/older');
    case 'gone':
      notFound();
    case 'after':
      after(() => console.log('after the response'));
      return new Response('later');
    case 'html':
      return new Response('<p>hi</p>', { status: 203, headers: { 'content-type': 'text/html' } });
    case 'empty':
      return undefined as unknown as Response;
    default:
      return Response.json({ slug, method: request.method });
  }
}

export async function HEAD() {
  return new Response(null, { status: 202, headers: { 'x-head': 'own' } });
}
