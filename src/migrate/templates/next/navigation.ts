// Stands in for `next/navigation`: tsconfig.json leads the import here.

/** Ends a handler with a status, as Next.js does it: by throwing. */
export class Ending extends Error {
  override name = "Ending";

  constructor(
    readonly status: number,
    readonly location?: string,
  ) {
    super(`the handler ended with ${status}`);
  }
}

/** By name, because this module may be there twice: required and imported. */
export function isEnding(error: unknown): error is Ending {
  return error instanceof Error && error.name === "Ending";
}

export enum RedirectType {
  push = "push",
  replace = "replace",
}

export function redirect(url: string, _type?: RedirectType): never {
  throw new Ending(307, url);
}

export function permanentRedirect(url: string, _type?: RedirectType): never {
  throw new Ending(308, url);
}

export function notFound(): never {
  throw new Ending(404);
}

export function forbidden(): never {
  throw new Ending(403);
}

export function unauthorized(): never {
  throw new Ending(401);
}

/** Throws again what must not be caught. */
export function unstable_rethrow(error: unknown): void {
  if (isEnding(error)) throw error;
}
