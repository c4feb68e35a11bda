//! A team's own rules: pages in `.routelint/rules/` with a query, asked only of code that routes reach.

mod examples;
mod front;
mod imports;
mod load;
mod page;
mod run;
mod verify;

pub use examples::{Example, ExampleMistake, Expected, examples};
pub use load::{FOLDER, load, root_of};
pub use page::{CustomRule, RunPhase, problem};
pub use run::findings;
pub use verify::{Outcome, write_example};
