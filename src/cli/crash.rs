//! A bug in routelint: it must not look like findings, and somebody should hear of it.

use std::panic::{set_hook, take_hook};

use super::args::Color;
use super::error::CliError;
use super::output;

/// From now on a panic ends the program with exit code 2, after its message and where to report it. Nothing is
/// unwound: release builds leave out what that needs.
pub(super) fn end_with_an_error(color: Color) {
    let usual = take_hook();
    set_hook(Box::new(move |panic| {
        usual(panic);
        CliError::Panic.print(output::error_page(color));
        #[expect(clippy::exit, reason = "there is nothing to go back to")]
        std::process::exit(2);
    }));
}
