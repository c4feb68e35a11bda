const WINDOW = 60_000;
const LIMIT = 10;
const hits = new Map<string, { count: number; start: number }>(); // error: [in-memory-rate-limit]

export function allow(ip: string): boolean {
  const now = Date.now();
  const entry = hits.get(ip);
  if (!entry || now - entry.start > WINDOW) {
    hits.set(ip, { count: 1, start: now });
    return true;
  }
  entry.count += 1;
  return entry.count <= LIMIT;
}
