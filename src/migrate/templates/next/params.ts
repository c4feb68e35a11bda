/** What the dynamic segments of a path stand for. */
export type Params = Record<string, string | string[] | undefined>;

/**
 * Takes a path apart by the route's own pattern, as Next.js does:
 * `paramsOf("/api/users/[id]", "/api/users/7")` is `{ id: "7" }`.
 * If it does not fit it is the status that says so.
 */
export function paramsOf(route: string, path: string): Params | 400 | 404 {
  let open: string[];
  try {
    open = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return 400;
  }
  const params: Params = {};
  for (const segment of route.split("/").filter(Boolean)) {
    const dynamic = /^\[(\[)?(\.\.\.)?(.+?)\]\]?$/.exec(segment);
    if (!dynamic) {
      if (open.shift() !== segment) return 404;
      continue;
    }
    const [, optional, rest, name = ""] = dynamic;
    const taken = rest ? open.splice(0) : open.splice(0, 1);
    if (taken.length > 0) params[name] = rest ? taken : taken[0];
    else if (!optional) return 404;
  }
  return open.length === 0 ? params : 404;
}
