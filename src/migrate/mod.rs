//! The way of one route out of Next.js: a plan in steps, and a service that answers as the route does.
//!
//! The handler's text is never rewritten. Its files are carried over as they are, and adapters around them do what
//! Next.js does.

mod after;
mod carry;
mod choose;
mod client;
mod data;
mod error;
mod known;
mod markdown;
mod moving;
mod package;
mod platform;
mod readme;
mod service;
mod shapes;
mod steps;
mod template;
mod write;

use std::path::Path;

use serde::Serialize;

use crate::analyze::Survey;

pub use error::{MigrateError, WriteError};
pub use markdown::markdown;
pub use write::write;

/// What a route becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum To {
    /// A route of an Express service
    Express,
    /// A route of a Fastify service
    Fastify,
    /// A route of a Hono service on Node.js
    Hono,
    /// A job: a route that takes it, and a worker that does it
    Queue,
    /// A Next.js route that does the work after its response
    After,
}

impl To {
    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Express => "express",
            Self::Fastify => "fastify",
            Self::Hono => "hono",
            Self::Queue => "queue",
            Self::After => "after",
        }
    }

    /// The framework of the service, as it is called.
    const fn framework(self) -> &'static str {
        match self {
            Self::Fastify => "Fastify",
            Self::Hono => "Hono",
            Self::Express | Self::Queue | Self::After => "Express",
        }
    }
}

/// A plan for one route.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What is done with what.
    pub title: String,
    /// The route's URL path.
    pub route: String,
    /// The route's file, relative to what was scanned.
    pub file: String,
    /// What it becomes.
    pub to: To,
    /// Why that, if nobody said so.
    pub because: Option<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// Where a person must decide.
    pub decisions: Vec<String>,
    /// The service's files by path, in ascending order; none if the route stays where it is.
    pub files: Vec<NewFile>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is done.
    pub heading: String,
    /// How, in Markdown.
    pub text: String,
    /// Its shape in code.
    pub code: Option<Code>,
}

/// Lines of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// As after the fence: `ts`, `sh`.
    pub language: &'static str,
    /// The lines.
    pub text: String,
}

/// A file of the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewFile {
    /// Its path in the service's folder, `/` between segments.
    pub path: String,
    /// Its text.
    #[serde(skip)]
    pub text: String,
}

/// Makes the plan for a route that is named by its URL path, its file, or the fingerprint of a finding about it.
/// `here` is the folder that a file's path may begin in.
///
/// # Errors
/// If nothing or more than one thing has that name, or it cannot be moved.
pub fn plan(survey: &Survey, asked: &str, to: Option<To>, here: &Path) -> Result<Plan, MigrateError> {
    let chosen = choose::choose(survey, asked, here)?;
    let moving = moving::Moving::of(survey, &chosen)?;
    let (to, because) = match to {
        Some(to) => (to, None),
        None => {
            let (to, because) = choose::usual(&chosen);
            (to, Some(because))
        }
    };
    let mut plan = match to {
        To::After => after::plan(&moving),
        _ => steps::plan(&moving, to),
    };
    plan.because = because;
    Ok(plan)
}
