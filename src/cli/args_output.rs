//! What can be said about the report: its format, files, order.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum as _};

use crate::report::{Format, GroupBy};

/// How the findings are reported, and where.
#[derive(Args, Debug)]
pub(super) struct Outputs {
    /// How to report on standard output [default: full]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,

    /// Write a report into a file too; repeatable, such as -o sarif=routelint.sarif -o junit=junit.xml
    ///
    /// FORMAT is one of those of --format. The file is replaced when its report is complete, and left as it was if
    /// that fails; its folder is made if there is none. `-` is standard output, in place of --format.
    #[arg(short, long, value_name = "FORMAT=FILE", value_parser = parse_output)]
    pub(super) output: Vec<Output>,

    /// Put findings together (full, concise and markdown formats)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) group_by: Option<GroupBy>,

    /// Print counts per rule and family instead of the findings (full, concise and markdown formats)
    #[arg(long)]
    pub(super) statistics: bool,

    /// Category of the SARIF results [default: routelint and the folder that is scanned]
    ///
    /// GitHub keeps the alerts of each category apart: results of one upload replace those of the last one in the
    /// same category. Name one if a folder is scanned more than once, such as for two targets.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) sarif_category: Option<String>,

    /// Add suppressed and known findings to SARIF, marked as such; GitHub would show them as open
    #[arg(long)]
    pub(super) sarif_suppressed: bool,

    /// Print findings only: no summary and no hints (full, concise and markdown formats)
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// A report of `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// As it was named; `-` is standard output.
    pub(super) file: PathBuf,
}

/// `sarif=routelint.sarif`.
fn parse_output(value: &str) -> Result<Output, String> {
    let names = || Format::value_variants().iter().filter_map(|format| format.to_possible_value());
    let list = || names().map(|name| name.get_name().to_owned()).collect::<Vec<_>>().join(", ");
    let Some((name, file)) = value.split_once('=') else {
        return Err("name a format and a file, such as sarif=routelint.sarif".to_owned());
    };
    if file.is_empty() {
        return Err(format!("name a file after `{name}=`"));
    }
    let Ok(format) = Format::from_str(name, false) else {
        let near = names().map(|known| (strsim::damerau_levenshtein(known.get_name(), name), known));
        return Err(
            match near.min_by_key(|(distance, _)| *distance).filter(|(distance, _)| *distance <= 2) {
                Some((_, near)) => {
                    format!("there is no format `{name}`; did you mean `{}`?", near.get_name())
                }
                None => format!("there is no format `{name}`; there are {}", list()),
            },
        );
    };
    Ok(Output { format, file: file.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_and_a_file_are_named() {
        let output = |format, file: &str| Ok(Output { format, file: file.into() });
        assert_eq!(parse_output("sarif=a=b.sarif"), output(Format::Sarif, "a=b.sarif"));
        assert_eq!(parse_output("json=-"), output(Format::Json, "-"));
        assert!(parse_output("out.json").unwrap_err().contains("such as sarif="));
        assert!(parse_output("json=").unwrap_err().contains("after `json=`"));
        assert!(parse_output("sariff=x").unwrap_err().ends_with("did you mean `sarif`?"));
        assert!(parse_output("html=x").unwrap_err().contains("there are full, concise"));
    }
}
