// Calls a handler of `pages/api` the way Next.js does.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { decode } from "node:querystring";
import { Stream, type Readable } from "node:stream";
import { RequestCookies } from "@edge-runtime/cookies";
import type { NextApiHandler, NextApiRequest, NextApiResponse } from "./index";
import type { PageConfig } from "./index";
import { pathOf, toRequest } from "./node";
import { paramsOf } from "./params";
import { needsNext } from "./unsupported";

/** A file of `pages/api`, as `import * as` gives it. */
export type PagesModule = object;

/** Ends a request with a status and a message. */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Answers a request by a handler of `pages/api`. */
export async function pagesHandler(
  route: string,
  module: PagesModule,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  try {
    const { handler, config } = parts(module);
    const params = paramsOf(route, pathOf(req));
    if (params === 400) throw new Refused(400, "Bad Request");
    if (params === 404) throw new Refused(404, "Not Found");
    const request = req as NextApiRequest;
    const url = toRequest(req, res).url;
    own(request, "query", { ...queryOf(new URL(url)), ...params });
    own(request, "cookies", cookiesOf(req));
    own(request, "env", process.env);
    const parser = config.api?.bodyParser ?? true;
    if (parser !== false) {
      const limit = parser === true ? undefined : parser.sizeLimit;
      own(request, "body", await bodyOf(req, limit ?? "1mb"));
    }
    await handler(request, withHelpers(req, res));
  } catch (error) {
    const refused =
      error instanceof Refused
        ? error
        : new Refused(500, "Internal Server Error");
    if (error !== refused) console.error(error);
    if (res.headersSent) return void res.destroy();
    res.statusCode = refused.status;
    res.statusMessage = refused.message;
    if (refused.status === 413) res.setHeader("Connection", "close");
    res.end(refused.message);
  }
}

/** The handler, also of a CommonJS module, where it is one level deeper. */
function parts(module: PagesModule): {
  handler: NextApiHandler;
  config: PageConfig;
} {
  const { default: inner } = module as { default?: unknown };
  const nested = (inner as { default?: unknown } | undefined)?.default;
  const handler = typeof inner === "function" ? inner : nested;
  if (typeof handler !== "function") {
    throw new Error("the file exports no handler by default");
  }
  const { config = {} } = { ...(inner as object), ...module } as {
    config?: PageConfig;
  };
  return { handler: handler as NextApiHandler, config };
}

/** Express has properties of these names that cannot be assigned. */
function own(request: object, name: string, value: unknown): void {
  const options = { writable: true, enumerable: true, configurable: true };
  Object.defineProperty(request, name, { value, ...options });
}

function queryOf({ searchParams }: URL): NextApiRequest["query"] {
  const query: NextApiRequest["query"] = {};
  for (const name of new Set(searchParams.keys())) {
    const values = searchParams.getAll(name);
    query[name] = values.length > 1 ? values : values[0];
  }
  return query;
}

function cookiesOf(req: IncomingMessage): NextApiRequest["cookies"] {
  const headers = new Headers({ cookie: req.headers.cookie ?? "" });
  const all = new RequestCookies(headers).getAll();
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
}

async function bodyOf(
  req: IncomingMessage,
  limit: number | string,
): Promise<unknown> {
  const bytes = bytesOf(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += (chunk as Buffer).length;
    if (size > bytes) throw new Refused(413, `Body exceeded ${limit} limit`);
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString();
  const type = (req.headers["content-type"] ?? "text/plain").split(";", 1)[0];
  switch (type?.trim().toLowerCase()) {
    case "application/json":
    case "application/ld+json":
      return json(text);
    case "application/x-www-form-urlencoded":
      return decode(text);
    default:
      return text;
  }
}

function json(text: string): unknown {
  try {
    return text === "" ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw new Refused(400, "Invalid JSON");
  }
}

/** `1mb` in bytes. */
function bytesOf(limit: number | string): number {
  const units = { b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 };
  const [, number, unit = "b"] =
    /^([\d.]+) *(kb|mb|gb|b)?$/i.exec(String(limit)) ?? [];
  return Number(number) * units[unit.toLowerCase() as keyof typeof units];
}

function withHelpers(req: IncomingMessage, res: ServerResponse) {
  const helpers = {
    status(code: number) {
      res.statusCode = code;
      return res;
    },
    send: (body: unknown) => send(req, res, body),
    json(body: unknown) {
      res.setHeader("Content-Type", "application/json; charset=utf-8");
      send(req, res, JSON.stringify(body));
    },
    redirect(statusOrUrl: number | string, url?: string) {
      const [status, target] =
        typeof statusOrUrl === "string"
          ? [307, statusOrUrl]
          : [statusOrUrl, url];
      if (typeof target !== "string") throw new Error("redirect to where?");
      res.writeHead(status, { Location: target });
      res.end(target);
      return res;
    },
    setDraftMode: () => needsNext("res.setDraftMode()"),
    setPreviewData: () => needsNext("res.setPreviewData()"),
    clearPreviewData: () => needsNext("res.clearPreviewData()"),
    revalidate: () => needsNext("res.revalidate()"),
  };
  return Object.assign(res, helpers) as unknown as NextApiResponse;
}

function send(req: IncomingMessage, res: ServerResponse, body: unknown): void {
  if (body === null || body === undefined) return void res.end();
  if (res.statusCode === 204 || res.statusCode === 304) {
    res.removeHeader("Content-Type");
    return void res.end();
  }
  const hasType = res.hasHeader("Content-Type");
  if (body instanceof Stream || Buffer.isBuffer(body)) {
    if (!hasType) res.setHeader("Content-Type", "application/octet-stream");
    if (!Buffer.isBuffer(body)) {
      (body as Readable).pipe(res);
      return;
    }
  } else if (typeof body !== "string") {
    res.setHeader("Content-Type", "application/json; charset=utf-8");
  }
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const etag = `"${createHash("sha1").update(bytes).digest("base64url")}"`;
  res.setHeader("ETag", etag);
  if (req.headers["if-none-match"] === etag) {
    res.statusCode = 304;
    return void res.end();
  }
  res.setHeader("Content-Length", bytes.length);
  res.end(req.method === "HEAD" ? undefined : bytes);
}
