import { secure } from '../../../lib/security';

export async function GET(request: Request) {
  const response = Response.json([]);
  await new Promise((done) => secure(request as never, response as never, done));
  return response;
}
