// Stands in for `next/server`: tsconfig.json leads the import here.
import { RequestCookies, ResponseCookies } from "@edge-runtime/cookies";
import { runAfterwards } from "./context";
import { needsNext } from "./unsupported";

export class NextURL extends URL {
  readonly basePath = "";
  readonly locale = "";

  clone(): NextURL {
    return new NextURL(this);
  }
}

export class NextRequest extends Request {
  readonly cookies: RequestCookies;
  readonly nextUrl: NextURL;

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init);
    this.cookies = new RequestCookies(this.headers);
    this.nextUrl = new NextURL(this.url);
  }
}

export class NextResponse<Body = unknown> extends Response {
  readonly cookies: ResponseCookies;
  /** Only for the types: what `json` was given. */
  declare readonly bodyType?: Body;

  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super(body, init);
    this.cookies = new ResponseCookies(this.headers);
  }

  static override json<Body>(
    body: Body,
    init?: ResponseInit,
  ): NextResponse<Body> {
    const {
      status,
      statusText,
      headers,
      body: text,
    } = Response.json(body, init);
    return new NextResponse(text, { status, statusText, headers });
  }

  static override redirect(
    url: string | URL,
    init: number | ResponseInit = 307,
  ): NextResponse {
    const options = typeof init === "number" ? { status: init } : init;
    const status = options.status ?? 307;
    if (![301, 302, 303, 307, 308].includes(status)) {
      throw new RangeError(`${status} is not the status of a redirect`);
    }
    const headers = new Headers(options.headers);
    headers.set("Location", new URL(url).href);
    return new NextResponse(null, { ...options, headers, status });
  }

  static rewrite(): never {
    return needsNext("NextResponse.rewrite()");
  }

  static next(): never {
    return needsNext("NextResponse.next()");
  }
}

export function after<T>(task: Promise<T> | (() => T | Promise<T>)): void {
  runAfterwards(task);
}

export async function connection(): Promise<void> {}

export function userAgent(): never {
  return needsNext("userAgent()");
}

export class ImageResponse {
  constructor() {
    needsNext("ImageResponse");
  }
}

export { after as unstable_after };
