// Everything that the environment decides.

const list = (text = "") =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

function number(name: string, fallback: number): number {
  const value = process.env[name] || String(fallback);
  if (!/^\d+$/.test(value))
    throw new Error(`${name} is not a number: ${value}`);
  return Number(value);
}

export const PRODUCTION = process.env.NODE_ENV === "production";
export const PORT = number("PORT", 4000);

/** Origins of browsers that may call this service, such as https://example.com */
export const ALLOWED_ORIGINS = list(process.env.ALLOWED_ORIGINS);

/** Larger request bodies are answered with 413. */
export const BODY_LIMIT_BYTES = number("BODY_LIMIT_BYTES", 1_048_576);

/** Requests of one client in a minute; more are answered with 429. */
export const REQUESTS_PER_MINUTE = number("REQUESTS_PER_MINUTE", 120);

/** How many proxies stand in front; their word about the client is believed. */
export const TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0);

/** Where counts are kept that all instances share. */
export const REDIS_URL = process.env.REDIS_URL;

/** How long a shutdown still takes requests, so that balancers can look away. */
export const DRAIN_DELAY_MS = number("DRAIN_DELAY_SECONDS", 0) * 1000;

/** How long a shutdown then waits for open requests and sockets. */
export const DRAIN_LIMIT_MS = number("DRAIN_LIMIT_SECONDS", 25) * 1000;

if (!REDIS_URL) {
  const problem = "REDIS_URL is not set: each instance counts requests alone";
  // In production a limit that every instance has for itself is none.
  if (PRODUCTION) throw new Error(`${problem}. Set it; see README.md`);
  console.warn(`${problem}. Good enough for development only.`);
}
