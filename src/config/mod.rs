//! Configuration: what a team writes down about its repository, found and checked.

mod catalogue;
mod error;
mod globs;
mod layer;
mod load;
mod mention;
mod options;
mod parse;
mod places;
mod schema;
mod setting;
mod settings;
mod size;
#[cfg(test)]
mod tests;
mod version;

pub use error::ConfigError;
pub use globs::Globs;
pub use layer::{Layer, Verdict, verdict};
pub use load::{find, open, top};
pub use mention::{Mention, Mentioned};
pub use options::{BlockingWait, KeptFolders, Plain, RuleOptions, TableGrowth, UncappedQuery};
pub use schema::{
    Config, FailOn, FileSize, Level, Override, OwnCatalogue, OwnClient, OwnExport, OwnKind, Plan, schema,
};
pub use setting::{RuleSetting, Rules};
pub use settings::Settings;
pub use size::parse_size;
