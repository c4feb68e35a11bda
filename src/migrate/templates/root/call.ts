// One call of the service. On the server its address may be an internal one.
const BASE_URL =
  process.env.SERVICE_URL ?? process.env.NEXT_PUBLIC_SERVICE_URL ?? "";

export interface CallOptions {
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON, unless it is text, a form, bytes or a stream. */
  body?: unknown;
  headers?: HeadersInit;
  signal?: AbortSignal;
}

export interface Answer {
  response: Response;
  /** What JSON says, else the text. The caller checks what it is. */
  body(): Promise<unknown>;
}

/** Fails only if there is no answer: see `response.ok` for what it says. */
export async function call(
  method: string,
  segments: string[],
  { query = {}, body, headers, signal }: CallOptions = {},
): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, String(value));
  }
  const path = segments.map(encodeURIComponent).join("/");
  const sent = new Headers(headers);
  const isPlain = typeof body === "object" && !isSentAsItIs(body);
  if (isPlain && !sent.has("content-type")) {
    sent.set("content-type", "application/json");
  }
  const response = await fetch(
    `${BASE_URL}/${path}${search.size ? "?" : ""}${search}`,
    {
      method,
      headers: sent,
      body: isPlain ? JSON.stringify(body) : (body as BodyInit | undefined),
      // Cookies of the user go along; the service has to allow the origin.
      credentials: "include",
      ...(signal && { signal }),
    },
  );
  return { response, body: () => contentOf(response) };
}

function isSentAsItIs(body: unknown): boolean {
  const kinds = [FormData, URLSearchParams, Blob, ArrayBuffer, ReadableStream];
  return ArrayBuffer.isView(body) || kinds.some((kind) => body instanceof kind);
}

async function contentOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  return /[/+]json\b/.test(type) && text !== "" ? JSON.parse(text) : text;
}
