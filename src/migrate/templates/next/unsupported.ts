/**
 * TODO(migrate): what calls this needs Next.js itself. Decide what does its
 * work in this service, and replace the call.
 */
export function needsNext(api: string): never {
  throw new Error(`${api} only works inside Next.js; see README.md`);
}
