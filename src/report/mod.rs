//! Reports: from a finished [`Report`] to bytes, one file per format, pure functions.

mod model;
mod source;

pub use model::{AppReport, Diagnostic, Place, Report, RouteReport, Step, Summary};
pub use source::{Position, SourceText};
