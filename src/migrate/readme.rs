//! The service's README.

use super::moving::Moving;
use super::service::CARRIED;
use super::{To, client};

/// What it is, how it starts, and what somebody has to decide.
pub(super) fn readme(moving: &Moving<'_>, to: To, name: &str, decisions: &[String]) -> String {
    let route = &moving.route.path;
    let mut out = format!(
        "# {name}\n\nAnswers `{route}`, which was `{}` in a Next.js app.\n\n## Start\n\n```sh\nnpm install\ncp \
         .env.example .env\nnpm run dev\n```\n\n`npm start` runs it as in production: it takes its settings from the \
         environment, and wants `REDIS_URL`, because a rate limit that every instance counts alone is none. `npm test` \
         starts and ends it, `npm run check` reads the types. `docker build .` makes an image.\n",
        moving.route.file
    );
    if to == To::Queue {
        out.push_str(
            "\nThe route takes jobs (202, with an id and where to ask for its state), and `npm run start:worker` runs \
             the process that does them: the same image with another command. Both need `REDIS_URL`. In development \
             `npm run dev:worker` runs it.\n",
        );
    }
    out.push_str(&format!(
        "\n## What is where\n\n- `{CARRIED}/`: the handler and what it imports, as they were in the app\n- `src/next/`: \
         does what Next.js did around the handler: web requests and responses, `params`, `cookies()`, \
         `headers()`, `after()`\n- `src/server.ts`: {} with helmet, CORS, a rate limit, `/healthz`, `/readyz` and a \
         shutdown that lets open requests finish\n- `src/routes.ts`: which path is answered by which handler\n- \
         `client/`: functions that call this service from the Next.js side, such as `{}`\n",
        to.framework(),
        client::methods(moving).first().map(|method| client::name(method, route)).unwrap_or_default(),
    ));
    if moving.sockets().is_some() && to != To::Queue {
        out.push_str("- `src/sockets.ts`, `src/connection.ts`: connections, and what they do\n");
    }
    out.push_str("\n## What you have to decide\n\n`TODO(migrate)` marks the places in the code.\n\n");
    for decision in decisions {
        out.push_str(&format!("- [ ] {decision}\n"));
    }
    out
}
