// Stands in for `next/headers`: tsconfig.json leads the import here.
import { RequestCookies, type ResponseCookies } from "@edge-runtime/cookies";
import { awaitable, currentContext } from "./context";
import { needsNext } from "./unsupported";

/** The request's cookies, with what the handler changed so far. */
class HandlerCookies extends RequestCookies {
  readonly #context = currentContext("cookies()");

  constructor() {
    super(new Headers(currentContext("cookies()").request.headers));
    for (const { name, value } of this.#context.setCookies.getAll()) {
      super.set(name, value);
    }
  }

  override set(...args: Parameters<ResponseCookies["set"]>): this {
    this.#context.cookiesChanged = true;
    this.#context.setCookies.set(...args);
    const [first, value] = args;
    if (typeof first === "string") super.set(first, value ?? "");
    else super.set(first.name, first.value);
    return this;
  }

  override delete(what: any): any {
    this.#context.cookiesChanged = true;
    for (const cookie of [what].flat()) this.#context.setCookies.delete(cookie);
    return super.delete(what?.name ?? what);
  }
}

export const cookies = () => awaitable(new HandlerCookies());

export const headers = () =>
  awaitable(new Headers(currentContext("headers()").request.headers));

export function draftMode(): never {
  return needsNext("draftMode()");
}
