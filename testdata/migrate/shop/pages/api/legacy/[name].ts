import type { NextApiRequest, NextApiResponse } from 'next';

export const config = { api: { bodyParser: { sizeLimit: '1kb' } } };

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { name, ...rest } = req.query;
  switch (name) {
    case 'redirect':
      return res.redirect(302, '/api/legacy/there');
    case 'moved':
      return res.redirect('/api/legacy/there');
    case 'text':
      return res.status(203).send('plain text');
    case 'buffer':
      return res.send(Buffer.from('bytes'));
    case 'number':
      return res.send(7);
    case 'empty':
      return res.status(204).end();
    case 'fails':
      throw new Error('on purpose');
    case 'cookies':
      res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; HttpOnly']);
      return res.status(200).json({ cookies: req.cookies });
    case 'stream':
      res.setHeader('Content-Type', 'text/plain');
      res.write('one,');
      return res.end('two');
    default:
      res.status(req.method === 'POST' ? 201 : 200).json({ name, rest, method: req.method, body: req.body });
  }
}
