//! Standard output: how wide it is, whether it takes colours, and writing to it once.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::Path;

use supports_hyperlinks::Stream;

use crate::report::{Page, Report};

use super::args::Color;
use super::error::CliError;

/// Beyond this, lines of prose are hard to read.
const WIDEST: usize = 120;
/// Below this, nothing can be laid out.
const NARROWEST: usize = 40;

/// The page that standard output is.
pub(super) fn page(color: Color) -> Page {
    page_of(color, io::stdout().is_terminal(), Stream::Stdout)
}

/// The page that standard error is.
pub(super) fn error_page(color: Color) -> Page {
    page_of(color, io::stderr().is_terminal(), Stream::Stderr)
}

fn page_of(color: Color, terminal: bool, stream: Stream) -> Page {
    let variable = |name: &str| std::env::var_os(name);
    let columns = variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    let columns = columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    let colour = colour(color, terminal, variable);
    Page {
        width: columns.filter(|_| terminal).unwrap_or(80).clamp(NARROWEST, WIDEST),
        colour,
        // Where escape codes are not wanted, those of links are not either. FORCE_HYPERLINK is respected.
        links: colour && supports_hyperlinks::on(stream),
    }
}

/// The report as it is seen from the current folder, so that paths on the terminal lead to their files. What was named
/// outside of the folder is shown as it was named.
pub(super) fn seen_from_here(report: &Report) -> Cow<'_, Report> {
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let named = Path::new(&report.root).canonicalize();
    match (here, named) {
        (Ok(here), Ok(named)) if named.starts_with(&here) => report.seen_from(&here, &|path| path.exists()),
        _ => Cow::Borrowed(report),
    }
}

/// Whether to use colours: the flag, then `NO_COLOR`, then `FORCE_COLOR`, then what the terminal can do.
fn colour(color: Color, terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).is_some_and(|value| !value.is_empty());
    let forced = |name| set(name) && variable(name).is_none_or(|value| value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
        Color::Auto => terminal && variable("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Lets a writer fill standard output, and makes sure that all of it arrived.
pub(super) fn print(
    write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>,
) -> Result<(), CliError> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    write(&mut out)?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_follow_flag_environment_and_terminal() {
        let with = |color, terminal, set: &[(&str, &str)]| {
            colour(color, terminal, |name| {
                set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
            })
        };
        assert!(with(Color::Auto, true, &[]));
        assert!(!with(Color::Auto, false, &[]));
        assert!(!with(Color::Auto, true, &[("NO_COLOR", "1")]));
        assert!(with(Color::Auto, true, &[("NO_COLOR", "")]));
        assert!(!with(Color::Auto, true, &[("TERM", "dumb")]));
        assert!(with(Color::Auto, false, &[("FORCE_COLOR", "1")]));
        assert!(with(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!with(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!with(Color::Auto, false, &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
        assert!(with(Color::Always, false, &[("NO_COLOR", "1")]));
        assert!(!with(Color::Never, true, &[("FORCE_COLOR", "1")]));
    }
}
