//! Packages and parts of Next.js that somebody has to decide about when a route leaves.

/// What stands in for parts of Next.js: the specifier and the file below `src/next/`.
pub(super) const STAND_INS: [(&str, &str); 5] = [
    ("next", "index.ts"),
    ("next/cache", "cache.ts"),
    ("next/headers", "headers.ts"),
    ("next/navigation", "navigation.ts"),
    ("next/server", "server.ts"),
];

/// Names of `next/…` that a service has no way to do, with what a person decides.
const CALLS: [(&str, &str, &str); 11] = [
    ("next/cache", "revalidatePath", REVALIDATE),
    ("next/cache", "revalidateTag", REVALIDATE),
    ("next/cache", "updateTag", REVALIDATE),
    ("next/cache", "refresh", REVALIDATE),
    ("next/cache", "unstable_cache", CACHE),
    ("next/cache", "cacheLife", CACHE),
    ("next/cache", "cacheTag", CACHE),
    ("next/headers", "draftMode", "draft mode is Next.js's own: decide whether the moved route needs it"),
    ("next/server", "userAgent", "`userAgent()` is not carried over: read the `user-agent` header"),
    (
        "next/server",
        "ImageResponse",
        "`ImageResponse` is not carried over: use `@vercel/og`, or keep this in Next.js",
    ),
    ("next/server", "URLPattern", "`URLPattern` is not carried over: Node.js has one since version 24"),
];

const REVALIDATE: &str = "the cache is in Next.js, where a service cannot reach it: add a Route Handler there that \
    revalidates, protected by a secret, and call it from here";
const CACHE: &str = "nothing is cached in the service: call the function itself, or keep results in Redis";

const CHROME: &str = "the image needs a browser: install one in the Dockerfile (Debian's `chromium`), or connect to a \
    remote one; limit how many run at once";

/// Packages with what a person decides about them; a `*` at the end stands for any rest.
const PACKAGES: [(&str, &str); 23] = [
    (
        "next-auth",
        "it reads its session inside Next.js: verify the session's cookie or token here instead, with the \
        same secret (`getToken` or `decode` of `next-auth/jwt`, or `@auth/core`)",
    ),
    ("@clerk/nextjs", "use `@clerk/express` or `@clerk/backend`, which verify the same session token"),
    (
        "@auth0/nextjs-auth0",
        "use `express-oauth2-jwt-bearer`, and send an access token from the Next.js side",
    ),
    (
        "@supabase/ssr",
        "its server client takes cookies from Next.js: hand it those of the request, or send the access token",
    ),
    ("@supabase/auth-helpers-nextjs", "use `@supabase/supabase-js` with the access token of the request"),
    ("@kinde-oss/kinde-auth-nextjs", "verify the access token here instead"),
    ("@workos-inc/authkit-nextjs", "verify the session with `@workos-inc/node` here"),
    ("@sentry/nextjs", "use `@sentry/node`, started before everything else"),
    (
        "@prisma/client",
        "copy `prisma/schema.prisma`, add `prisma` to the packages, and run `prisma generate` when the \
        service is built; count this service's pool among the connections that the database allows",
    ),
    (
        "@vercel/functions",
        "`waitUntil` and its like do nothing outside of Vercel: use `after` of `next/server`, which \
        the service has, or await",
    ),
    ("@vercel/kv", "it is retired: use Redis itself"),
    ("@vercel/postgres", "it is retired: use `pg` or `@neondatabase/serverless`"),
    (
        "@vercel/blob",
        "it works with its token from anywhere; keep BLOB_READ_WRITE_TOKEN a secret of both sides",
    ),
    ("@vercel/edge-config", "it works from anywhere with EDGE_CONFIG set, more slowly"),
    ("@opennextjs/cloudflare", "bindings of Cloudflare exist only there: replace them by clients"),
    ("puppeteer", CHROME),
    ("playwright", CHROME),
    ("puppeteer-core", CHROME),
    (
        "fluent-ffmpeg",
        "the image needs ffmpeg: add `RUN apt-get update && apt-get install -y ffmpeg` to the Dockerfile",
    ),
    ("next-intl", "it reads the locale inside Next.js: take it from the request here"),
    ("next-safe-action", "server actions stay in Next.js"),
    ("next-*", "it is made for Next.js: see whether it works without"),
    ("@next/*", "it is part of Next.js: see whether it works without"),
];

/// What to decide about a package.
pub(super) fn of_package(name: &str) -> Option<&'static str> {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    };
    PACKAGES.iter().find(|(pattern, _)| fits(pattern)).map(|(_, decide)| *decide)
}

/// What to decide about a name of `next/…`.
pub(super) fn of_call(specifier: &str, name: &str) -> Option<&'static str> {
    CALLS.iter().find(|(from, call, _)| (*from, *call) == (specifier, name)).map(|(.., decide)| *decide)
}

/// Whether a part of Next.js has a stand-in.
pub(super) fn has_stand_in(specifier: &str) -> bool {
    STAND_INS.iter().any(|(known, _)| *known == specifier)
}
