import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) { // error: [dead-handler]
  res.status(200).json([]);
}
