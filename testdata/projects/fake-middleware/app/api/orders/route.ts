import { withJson } from '@/lib/middleware';

export const POST = withJson(async (request) => Response.json(await request.json(), { status: 201 }));
