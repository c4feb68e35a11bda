// Stands in for `next/cache`: tsconfig.json leads the import here. The cache is
// part of Next.js, so this service cannot reach it.
import { needsNext } from "./unsupported";

export const revalidatePath = (..._: unknown[]): never =>
  needsNext("revalidatePath()");
export const revalidateTag = (..._: unknown[]): never =>
  needsNext("revalidateTag()");
export const updateTag = (..._: unknown[]): never => needsNext("updateTag()");
export const refresh = (): never => needsNext("refresh()");
export const cacheLife = (..._: unknown[]): never => needsNext("cacheLife()");
export const cacheTag = (..._: unknown[]): never => needsNext("cacheTag()");
export const unstable_cacheLife = cacheLife;
export const unstable_cacheTag = cacheTag;

/** TODO(migrate): calls the function every time; nothing is cached here. */
export const unstable_cache = <T>(run: T, ..._: unknown[]): T => run;

/** Nothing is cached here, so there is nothing to leave out. */
export function unstable_noStore(): void {}
