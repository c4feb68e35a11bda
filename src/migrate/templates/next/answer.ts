// Calls a Route Handler the way Next.js does: its own HEAD and OPTIONS, 405 for
// methods without a handler, 500 without a body for what throws.
import { ResponseCookies } from "@edge-runtime/cookies";
import { awaitable, runInContext, type RequestContext } from "./context";
import { isEnding } from "./navigation";
import type { Params } from "./params";
import { NextRequest } from "./server";

const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"];

type Handler = (
  request: NextRequest,
  context: { params: Promise<Params> & Params },
) => unknown;

/** A `route.ts`, as `import * as` gives it. */
export type RouteModule = object;

export async function answer(
  module: RouteModule,
  request: Request,
  params: Params,
): Promise<Response> {
  if (!METHODS.includes(request.method)) {
    return new Response(null, { status: 400 });
  }
  const handler = handlerOf(module, request.method);
  if (!handler && request.method === "OPTIONS") return allowed(module);
  if (!handler) return new Response(null, { status: 405 });
  const context: RequestContext = {
    request,
    setCookies: new ResponseCookies(new Headers()),
    cookiesChanged: false,
  };
  const call = () =>
    handler(nextRequest(request), { params: awaitable(params) });
  const response = await runInContext(context, async () => {
    try {
      const given = await call();
      if (given instanceof Response) return given;
      throw new Error(`${request.method} ${request.url}: no Response`);
    } catch (error) {
      return ended(error);
    }
  });
  return context.cookiesChanged
    ? withCookies(response, context.setCookies)
    : response;
}

function handlerOf(module: RouteModule, method: string): Handler | undefined {
  // Of a CommonJS module, all exports are in the default one too.
  const { default: inner } = module as { default?: object };
  const handlers = { ...inner, ...module } as Record<string, unknown>;
  const own = handlers[method] ?? (method === "HEAD" && handlers["GET"]);
  return typeof own === "function" ? (own as Handler) : undefined;
}

function allowed(module: RouteModule): Response {
  const methods = METHODS.filter((method) => handlerOf(module, method));
  const allow = [...methods, "OPTIONS"].sort().join(", ");
  return new Response(null, { status: 204, headers: { Allow: allow } });
}

function nextRequest(request: Request): NextRequest {
  return new NextRequest(request, { signal: request.signal });
}

function ended(error: unknown): Response {
  if (error instanceof BodyTooLarge) return new Response(null, { status: 413 });
  if (!isEnding(error)) {
    console.error(error);
    return new Response(null, { status: 500 });
  }
  const { status, location } = error;
  const headers = new Headers(location ? { Location: location } : {});
  return new Response(null, { status, headers });
}

function withCookies(response: Response, cookies: ResponseCookies): Response {
  const headers = new Headers(response.headers);
  const merged = new ResponseCookies(headers);
  const own = merged.getAll();
  // What the handler put on its own response wins.
  [...cookies.getAll(), ...own].forEach((cookie) => merged.set(cookie));
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers });
}

/** The body is larger than BODY_LIMIT_BYTES. */
export class BodyTooLarge extends Error {}
