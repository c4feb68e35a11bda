// Between Node's request and response, which Express and Fastify use, and the
// web's, which Route Handlers use.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BODY_LIMIT_BYTES } from "../config";
import { answer, BodyTooLarge, type RouteModule } from "./answer";
import { paramsOf } from "./params";

/** Answers a request by a Route Handler. */
export async function routeHandler(
  route: string,
  module: RouteModule,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const params = paramsOf(route, pathOf(req));
  if (typeof params === "number") return endWith(res, params);
  if (Number(req.headers["content-length"]) > BODY_LIMIT_BYTES) {
    return endWith(res, 413);
  }
  await send(res, await answer(module, toRequest(req, res), params));
}

/** The path of a request as it was sent. */
export function pathOf(req: IncomingMessage): string {
  // Express shortens `url` inside of a router.
  const { originalUrl = req.url ?? "/" } = req as { originalUrl?: string };
  return originalUrl.split("?", 1)[0] ?? "/";
}

/** The web's form of a request: its body is a stream, nothing is read yet. */
export function toRequest(req: IncomingMessage, res: ServerResponse): Request {
  const { originalUrl = req.url ?? "/" } = req as { originalUrl?: string };
  // `protocol` is Express's and Fastify's, which know which proxy to trust.
  const { protocol = "http" } = req as { protocol?: string };
  const url = `${protocol}://${req.headers.host ?? "localhost"}${originalUrl}`;
  const aborted = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) aborted.abort();
  });
  const method = req.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers: toHeaders(req),
    signal: aborted.signal,
    ...(hasBody && { body: limited(req), duplex: "half" }),
  } as RequestInit);
}

function toHeaders(req: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    for (const one of [value].flat()) {
      if (one !== undefined) headers.append(name, one);
    }
  }
  return headers;
}

/** The body as it comes in, up to the limit. */
function limited(req: IncomingMessage): ReadableStream {
  async function* chunks() {
    let size = 0;
    for await (const chunk of req) {
      size += (chunk as Buffer).length;
      if (size > BODY_LIMIT_BYTES) throw new BodyTooLarge();
      yield chunk as Buffer;
    }
  }
  return Readable.toWeb(Readable.from(chunks())) as ReadableStream;
}

/** Next.js drops these too: the body goes out in a form of its own. */
const OWN_HEADERS = ["content-length", "content-encoding", "transfer-encoding"];

async function send(res: ServerResponse, response: Response): Promise<void> {
  res.statusCode = response.status;
  if (response.statusText) res.statusMessage = response.statusText;
  for (const [name, value] of response.headers) {
    if (OWN_HEADERS.includes(name)) continue;
    if (name === "set-cookie" || name === "vary") res.appendHeader(name, value);
    else res.setHeader(name, value);
  }
  if (!response.body || res.req.method === "HEAD") {
    await response.body?.cancel();
    res.end();
    return;
  }
  res.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(response.body as never), res);
  } catch (error) {
    // Whoever asked has gone, or the stream broke after it began.
    if (!res.destroyed) res.destroy();
    if (!isGone(error)) console.error(error);
  }
}

function isGone(error: unknown): boolean {
  const { code, name } = error as { code?: string; name?: string };
  return code === "ERR_STREAM_PREMATURE_CLOSE" || name === "AbortError";
}

function endWith(res: ServerResponse, status: number): void {
  res.statusCode = status;
  // What is left of the body is not read.
  res.setHeader("Connection", "close");
  res.end();
}
