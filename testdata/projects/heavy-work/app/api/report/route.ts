import puppeteer from 'puppeteer';

export const maxDuration = 60;

export async function POST(request: Request) {
  const { html } = await request.json();
  const browser = await puppeteer.launch(); // error: [heavy-work]
  try {
    const page = await browser.newPage();
    await page.setContent(html);
    const pdf = await page.pdf({ format: 'A4' });
    return new Response(Buffer.from(pdf), { headers: { 'content-type': 'application/pdf' } });
  } finally {
    await browser.close();
  }
}
