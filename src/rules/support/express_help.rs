//! Words about middlewares of Express.

use super::express::Construct;
use super::judge::{Words, count};
use crate::catalogue::MiddlewareKind;

/// It is given a web request, and cannot work.
pub(crate) fn broken_words(site: &Construct<'_>, routes: usize) -> Words {
    let what = &site.api.what;
    Words {
        message: format!(
            "{what} works on `(req, res, next)` of a Node server, but {} here and no response: it fails or does nothing",
            if routes == 1 {
                "the route gets a web `Request`".to_owned()
            } else {
                format!("{} get a web `Request`", count(routes, "route"))
            }
        ),
        help: instead(site).to_owned(),
        step: format!("uses {what}"),
    }
}

/// Next does it without.
pub(crate) fn built_in_words(site: &Construct<'_>) -> Words {
    Words {
        message: format!(
            "{} does in one route what Next or the platform does for all of them",
            site.api.what
        ),
        help: instead(site).to_owned(),
        step: format!("uses {}", site.api.what),
    }
}

/// Next has read the body before it can.
pub(crate) fn unread_words(site: &Construct<'_>) -> Words {
    Words {
        message: format!(
            "{} reads the body itself, but Next has read it already: the request hangs or comes without its body",
            site.api.what
        ),
        help: if is_of(site, "body-parser") || is_of(site, "express") {
            "Remove it: Next parses JSON, forms and text into `req.body`. Raise its limit with `export const config = { api: { \
             bodyParser: { sizeLimit: '4mb' } } }`."
                .to_owned()
        } else {
            "Add `export const config = { api: { bodyParser: false } }` to the route. Large files are better sent to object \
             storage by the browser itself, with a signed URL."
                .to_owned()
        },
        step: format!("uses {}", site.api.what),
    }
}

/// What takes its place.
fn instead(site: &Construct<'_>) -> &'static str {
    let package = site.api.packages.first().map_or("", String::as_str);
    match package {
        "cors" => {
            "Set the headers in the response, or for all routes with `headers()` in next.config, and answer `OPTIONS` with an \
             exported handler."
        }
        "helmet" => "Set the headers with `headers()` in next.config; they then hold for pages too.",
        "compression" => "Remove it: Next and the platforms compress responses.",
        "morgan" | "pino-http" => {
            "Remove it: platforms log every request. Log what else you need in the handler."
        }
        "cookie-parser" => {
            "Remove it: cookies are there as `req.cookies`, and as `await cookies()` in the App Router."
        }
        "serve-static" => "Put the files into `public/`.",
        "body-parser" => {
            "Remove it: read the body with `await request.json()` or `await request.formData()`."
        }
        "express" => "Remove it: read the body with `await request.json()`; files belong into `public/`.",
        "multer" | "express-fileupload" => {
            "Read the files with `await request.formData()`, or have the browser send them to object storage with a signed URL."
        }
        "passport" => {
            "Use Auth.js, Better Auth, or the service's own SDK; or keep the sign-in in a route of `pages/api`."
        }
        "express-session" | "express-openid-connect" => {
            "Use `iron-session`, Auth.js, or a row in the database with its key in a cookie."
        }
        "express-jwt" => {
            "Check the token with `jwtVerify()` of `jose` in a function that handlers call first."
        }
        "csurf" => "Compare `Origin` with `Host`, as server actions do, or use `@edge-csrf/nextjs`.",
        "express-rate-limit" | "express-slow-down" | "express-brute" => {
            "Use `Ratelimit` of `@upstash/ratelimit`, or a rule of the platform's firewall."
        }
        "celebrate" => "Check the body with `zod` or `valibot` after `await request.json()`.",
        "express-http-proxy" => {
            "Use `rewrites()` in next.config, or `fetch` the other service and return its response."
        }
        _ => match site.api.kind {
            MiddlewareKind::BodyReader => {
                "Read the body with `await request.json()` or `await request.formData()`."
            }
            _ => {
                "Write it as a function that takes the `Request` and is called first by the handlers that need it."
            }
        },
    }
}

fn is_of(site: &Construct<'_>, package: &str) -> bool {
    site.api.packages.iter().any(|known| known == package)
}
