//! The plan for work that a route does after its response.

use semver::Version;

use crate::project::Target;
use crate::report::Place;

use super::moving::Moving;
use super::{Code, Plan, Step, To, platform};

/// The first version with a stable `after`.
const STABLE: Version = Version::new(15, 1, 0);

/// What the work can be handed to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Means {
    /// `after` of Next.js.
    After,
    /// `waitUntil` of Vercel.
    WaitUntil,
    /// Nothing: it is waited for.
    Await,
}

/// The plan; nothing is written, the route stays where it is.
pub(super) fn plan(moving: &Moving<'_>) -> Plan {
    let path = &moving.route.path;
    let (means, why) = means(moving);
    let calls = calls(moving);
    let mut steps = vec![Step {
        heading: "Hand the work over".to_owned(),
        text: format!("The work is started {}. {why}", lost_at(moving)),
        code: Some(Code { language: "ts", text: change(means, &calls) }),
    }];
    if means == Means::After {
        steps.push(Step {
            heading: format!("Know what {} does with it", platform::name(moving.target())),
            text: platform::after(moving.target()).to_owned(),
            code: None,
        });
    }
    steps.push(Step {
        heading: "Let it fail loudly".to_owned(),
        text: "Nobody waits for the work, so nobody sees its errors: catch and report them in it. What it needs of \
            the request (`cookies()`, `headers()`, the body) is read before the response."
            .to_owned(),
        code: None,
    });
    steps.push(Step {
        heading: "To go back".to_owned(),
        text: "Await the call before the response: that is slower, and right on every platform.".to_owned(),
        code: None,
    });
    let decisions = vec![
        "Whether the work may be lost: a deployment, a crash or the time limit can end it. What must happen goes into \
         a queue (`--to queue`), or is awaited."
            .to_owned(),
    ];
    Plan {
        title: format!("`{path}` does its work after the response"),
        route: path.clone(),
        file: moving.route.file.clone(),
        to: To::After,
        because: None,
        steps,
        decisions,
        files: Vec::new(),
    }
}

/// What there is for this route, and why.
fn means(moving: &Moving<'_>) -> (Means, String) {
    let target = moving.target();
    let version = moving.app.version.as_ref();
    let instead = match target {
        Target::Vercel => (Means::WaitUntil, "`waitUntil` of `@vercel/functions` does the same on Vercel"),
        _ => (Means::Await, "so the work is awaited here; a queue (`--to queue`) is the other way"),
    };
    if target == Target::Lambda {
        return (Means::Await, platform::after(target).to_owned());
    }
    if moving.is_pages() {
        return (instead.0, format!("`after()` is not for `pages/api`; {}.", instead.1));
    }
    match version {
        Some(version) if *version < STABLE => (
            instead.0,
            format!("Next.js {version} has no stable `after()`, which came with 15.1; {}.", instead.1),
        ),
        Some(version) => {
            (Means::After, format!("Next.js {version} has `after()`: it runs when the response is out."))
        }
        None => (
            Means::After,
            "`after()` wants Next.js 15.1 or newer; no package.json tells the version.".to_owned(),
        ),
    }
}

/// Places of lost work in the files that the route loads; a finding may name places of other routes only.
fn lost<'m>(moving: &'m Moving<'_>) -> impl Iterator<Item = &'m Place> {
    let display = |path: &str| moving.survey.project.display(path);
    let lost = moving.findings.iter().filter(|finding| finding.rule.id == "lost-work");
    let places = lost.map(|finding| &finding.place);
    places.filter(move |place| moving.carried.files.iter().any(|file| display(&file.path) == place.file))
}

/// Where that is, for the text.
fn lost_at(moving: &Moving<'_>) -> String {
    let links: Vec<String> = lost(moving).map(|place| format!("`{}`", place.link())).collect();
    if links.is_empty() { format!("in `{}`", moving.route.file) } else { format!("at {}", links.join(", ")) }
}

/// The handler's own calls that are lost, as they stand there.
fn calls(moving: &Moving<'_>) -> Vec<String> {
    let texts = lost(moving).filter_map(|place| {
        let text = place.source.text().get(place.start as usize..place.end as usize)?;
        let text = text.trim().trim_end_matches(';').trim_start_matches("void ").trim();
        let text = text.strip_prefix("await ").unwrap_or(text);
        let lines: Vec<&str> = text.lines().collect();
        // A long callback is known by its beginning.
        let text = match lines.as_slice() {
            [first, .., last] => format!("{first} /* … */ {}", last.trim()),
            _ => text.to_owned(),
        };
        (!text.is_empty()).then_some(text)
    });
    let mut calls: Vec<String> = texts.collect();
    calls.dedup();
    calls
}

fn change(means: Means, calls: &[String]) -> String {
    let generic = ["theWork()".to_owned()];
    let calls = if calls.is_empty() { &generic } else { calls };
    let import = match means {
        Means::After => "import { after } from 'next/server';\n\n",
        Means::WaitUntil => "import { waitUntil } from '@vercel/functions';\n\n",
        Means::Await => "",
    };
    let lines = calls.iter().map(|call| match means {
        Means::After => format!("after(() => {call});\n"),
        Means::WaitUntil => format!("waitUntil({call});\n"),
        Means::Await => format!("await {call};\n"),
    });
    format!("{import}{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_change_is_written_with_the_own_call() {
        let calls = ["sendMail(user)".to_owned()];
        assert!(change(Means::After, &calls).ends_with("\n\nafter(() => sendMail(user));\n"));
        assert!(change(Means::WaitUntil, &calls).contains("waitUntil(sendMail(user));"));
        assert_eq!(change(Means::Await, &calls), "await sendMail(user);\n");
    }
}
