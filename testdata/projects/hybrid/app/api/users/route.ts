export async function GET(request: Request, res: any) {
  return res.json([{ url: request.url }]); // error: [express-middleware]
}
