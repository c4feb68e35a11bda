//! Configuration: what a team writes down about its repository, found and checked.

mod catalogue;
mod error;
mod globs;
mod layer;
mod load;
mod parse;
mod places;
mod schema;
mod setting;
mod settings;
mod size;
#[cfg(test)]
mod tests;

pub use error::ConfigError;
pub use globs::Globs;
pub use layer::{Layer, Verdict, verdict};
pub use load::{find, open, top};
pub use schema::{
    Config, FailOn, FileSize, Level, Override, OwnCatalogue, OwnClient, OwnExport, OwnKind, Plan, schema,
};
pub use setting::{RuleOptions, RuleSetting};
pub use settings::{PlacedGlob, Settings};
pub use size::parse_size;
