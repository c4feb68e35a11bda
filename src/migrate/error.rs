//! Why there is no plan, or no service.

use std::io;
use std::path::PathBuf;

/// A route cannot be planned for.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// Nothing has this name.
    #[error("there is no route, file or finding `{asked}`")]
    Unknown {
        /// What was asked for.
        asked: String,
        /// Names like it, best first.
        similar: Vec<String>,
    },
    /// Several things have this name.
    #[error("`{asked}` is the name of {}", .candidates.len())]
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// Names that say which is meant.
        candidates: Vec<String>,
    },
    /// No route reaches what was asked for.
    #[error("no route reaches {place}")]
    NoRoute {
        /// Where it is.
        place: String,
    },
    /// It is no route that a service can answer.
    #[error("{path} is not a route of Next.js that can be moved: it is `{kind}`")]
    Kind {
        /// What it is called.
        path: String,
        /// What it is.
        kind: String,
    },
    /// Its file cannot be read as a program.
    #[error("{file}: cannot be read as a program")]
    Unreadable {
        /// The file.
        file: String,
    },
}

impl MigrateError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { similar, .. } if similar.is_empty() => {
                "`routelint routes` lists the routes, `routelint --format json` the fingerprints".to_owned()
            }
            Self::Unknown { similar, .. } => {
                format!("did you mean `{}`? `routelint routes` lists the routes", similar.join("` or `"))
            }
            Self::Ambiguous { candidates, .. } => format!("name one of them: {}", candidates.join(", ")),
            Self::NoRoute { .. } => "name a route; `routelint routes` lists them".to_owned(),
            Self::Kind { .. } => {
                "routes of the app router (`route.ts`) and of `pages/api` can be moved".to_owned()
            }
            Self::Unreadable { .. } => "`routelint --rule parse-error` says what is wrong with it".to_owned(),
        }
    }
}

/// A service cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The route stays in Next.js.
    #[error("there is nothing to write: with `after` the route stays where it is")]
    NoService,
    /// Something is there.
    #[error("{}: is not empty", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or a link is there.
    #[error("{}: is no folder", folder.display())]
    NotAFolder {
        /// What is there.
        folder: PathBuf,
    },
    /// A file's name does not stay inside the folder.
    #[error("`{path}` is not a name that can be written")]
    Name {
        /// The path.
        path: String,
    },
    /// The system refused.
    #[error("{}: cannot be written: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

impl WriteError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NoService => "leave out --write; the plan shows the change",
            Self::NotEmpty { .. } | Self::NotAFolder { .. } => {
                "name a folder that is empty or not there: nothing that exists is ever changed"
            }
            Self::Name { .. } => "rename the file in the project, or leave out --write",
            Self::Io { .. } => "name a folder that can be written",
        }
    }
}
