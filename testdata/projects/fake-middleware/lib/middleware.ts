type Handler = (request: Request) => Promise<Response>;

export const withJson = (handler: Handler): Handler => async (request) => {
  if (request.headers.get('content-type') !== 'application/json') return new Response(null, { status: 415 });
  return handler(request);
};
