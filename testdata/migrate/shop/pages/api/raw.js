export const config = { api: { bodyParser: false } };

export default async function handler(req, res) {
  let size = 0;
  for await (const chunk of req) size += chunk.length;
  res.json({ size, parsed: req.body !== undefined });
}
