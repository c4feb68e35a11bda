//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::analyze::Shard;
use crate::config::FailOn;
use crate::custom::RunPhase;
use crate::project::Target;
use crate::report::GraphFormat;

use super::args_decide::{ADVISE_EXAMPLES, Advise};
use super::args_merge::{MERGE_EXAMPLES, Merge, shard};
use super::args_migrate::{MIGRATE_EXAMPLES, Migrate};
use super::args_output::Outputs;
use super::args_report::{REPORT_EXAMPLES, Report};
use super::args_scan::RuleId;

pub(super) use super::args_scan::Scan;

const EXAMPLES: &str = "\
Examples:
  routelint                          check the project in the current folder
  routelint apps/web --target vercel check one app as Vercel would run it
  routelint --format github --output sarif=routelint.sarif
                                     annotate a workflow, and a file for code scanning
  routelint --rule lost-work         run one rule only
  routelint --watch                  check again whenever a file changes
  routelint explain lost-work        why a rule exists and what to do
  routelint routes                   list the routes with runtime and limits
  routelint advise                   what belongs in Next.js, what in Express, and why

Exit codes:
  0  no finding at or above --fail-on
  1  findings at or above --fail-on; with --diff, also if there is a diff
  2  wrong usage or configuration, or an internal error";

const QUERY_EXAMPLES: &str = "\
Examples:
  routelint query '(await_expression) @report'
  routelint query '((call_expression function: (identifier) @f) @report (#eq? @f \"legacyDb\"))'
  routelint query '((new_expression constructor: (_) @c) @report (#import? @c \"pg\" \"Pool\"))' --phase any

Predicates: #eq? #match? #any-of?, #import? @name \"package\" \"export\", #within-loop? @node; #not- before each.";

/// Finds serverless hazards in Next.js API routes.
///
/// Follows imports and calls from every route, and reports code that only works if one server process stays
/// up: clients opened per request, state kept in memory, WebSocket servers, long work, and work that is left
/// running after the response. What is a problem depends on where the app is deployed, which routelint reads
/// from the repository's own files.
#[derive(Debug, Parser)]
#[command(name = "routelint", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
#[command(max_term_width = 100, disable_help_subcommand = true)]
pub struct Arguments {
    /// The sub-command; none means `check`.
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    #[command(flatten)]
    pub(super) check: Check,

    /// When to use colours; NO_COLOR and FORCE_COLOR are respected
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
}

/// The sub-commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check projects; the default when no command is named
    #[command(after_help = EXAMPLES)]
    Check(Box<Check>),
    /// Show why a rule exists, what it finds, and what to do instead
    Explain(Explain),
    /// List the rules
    Rules(Rules),
    /// List the routes with methods, runtime, limits and number of findings
    Routes(Routes),
    /// Say what belongs in Next.js routes and what in a server that stays up, with evidence
    #[command(after_help = ADVISE_EXAMPLES)]
    Advise(Advise),
    /// Write a page for people: the decision, the map of routes, and every finding with its trace
    #[command(after_help = REPORT_EXAMPLES)]
    Report(Box<Report>),
    /// Plan the way of one route out of Next.js, and write the service that answers it
    #[command(after_help = MIGRATE_EXAMPLES)]
    Migrate(Box<Migrate>),
    /// Put the reports of all shards together
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(Box<Merge>),
    /// Find code by a tree-sitter query, only where routes make it run
    #[command(after_help = QUERY_EXAMPLES)]
    Query(Query),
    /// Run the examples of the project's own rules in .routelint/rules
    Test(TestRules),
    /// Write a configuration file that fits the project
    Init(Init),
    /// Write the findings that there are into a file, so that only new ones are reported
    Baseline(Baseline),
    /// Write comments into the code that silence the findings that there are
    Suppress(Suppress),
    /// Print a completion script for a shell
    Completions {
        /// The shell to complete in
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) scan: Scan,

    #[command(flatten)]
    pub(super) outputs: Outputs,

    /// Exit with 1 if there is a finding of at least this severity [default: error]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,

    /// Show the configuration in effect and where each value comes from, and check nothing
    #[arg(long)]
    pub(super) print_config: bool,

    /// Show only findings about files that are staged for the next commit
    #[arg(long, conflicts_with_all = ["changed", "stdin_filename"])]
    pub(super) staged: bool,

    /// Show only findings about files that differ from the last commit, or since this branch left REF
    #[arg(long, value_name = "REF", num_args = 0..=1, require_equals = true, default_missing_value = "HEAD")]
    pub(super) changed: Option<String>,

    /// Read this file's text from standard input, and show only its findings: for editors
    #[arg(long, value_name = "FILE", conflicts_with = "changed")]
    pub(super) stdin_filename: Option<PathBuf>,

    /// Make the safe fixes, and report what remains
    #[arg(long, group = "mend", conflicts_with = "stdin_filename")]
    pub(super) fix: bool,

    /// With --fix or --diff: also those that may change what the program does
    #[arg(long, requires = "mend")]
    pub(super) unsafe_fixes: bool,

    /// Print what the fixes would change instead of the report: a patch that `git apply` takes here
    #[arg(long, group = "mend", conflicts_with = "fix")]
    pub(super) diff: bool,

    /// Check again whenever something changes, until interrupted
    ///
    /// Only what changed is read again. Reports in files are replaced after every check.
    #[arg(long, conflicts_with_all = ["fix", "diff", "staged", "changed", "stdin_filename", "print_config", "shard"])]
    pub(super) watch: bool,

    /// Print how long each part of the run took, on standard error
    #[arg(long)]
    pub(super) timings: bool,

    /// Check a part of the apps, the Ith of N: for runs on several machines, whose reports `merge` joins
    ///
    /// The reports as json or sarif hold what `routelint merge` needs, the texts of files with findings among it. An
    /// app is always in the same shard as long as the apps stay what they are.
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with_all = ["fix", "diff", "stdin_filename"])]
    pub(super) shard: Option<Shard>,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub(super) struct Explain {
    /// A rule's id; `routelint rules` lists them
    #[arg(value_name = "RULE", value_parser = RuleId, hide_possible_values = true)]
    pub(super) rule: String,

    /// How to print
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub(super) format: PageFormat,
}

/// Arguments of `rules`.
#[derive(Args, Debug)]
pub(super) struct Rules {
    /// The platform whose severities are shown [default: that of the project here, else lambda]
    #[arg(long, value_enum)]
    pub(super) target: Option<Target>,

    /// How to print
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(super) format: ListFormat,
}

/// Arguments of `routes`.
#[derive(Args, Debug)]
pub(super) struct Routes {
    #[command(flatten)]
    pub(super) scan: Scan,

    /// How to print
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(super) format: ListFormat,

    /// Print a picture instead: routes, the modules that they load and the findings in them, in this language
    #[arg(long, value_enum, value_name = "LANGUAGE", conflicts_with = "format")]
    pub(super) graph: Option<GraphFormat>,
}

/// Arguments of `query`.
#[derive(Args, Debug)]
pub(super) struct Query {
    /// The query; its `@report` capture is what is found. A search: no comment, baseline or confidence hides a match
    pub(super) query: String,

    #[command(flatten)]
    pub(super) scan: Scan,

    /// Which runs of code count
    #[arg(long, value_enum, default_value_t = RunPhase::Request)]
    pub(super) phase: RunPhase,

    #[command(flatten)]
    pub(super) outputs: Outputs,
}

/// Arguments of `test`.
#[derive(Args, Debug)]
pub(super) struct TestRules {
    /// The project
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: PathBuf,
}

/// Arguments of `init`.
#[derive(Args, Debug)]
pub(super) struct Init {
    /// The project's folder
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: PathBuf,
}

/// Arguments of `baseline`.
#[derive(Args, Debug)]
pub(super) struct Baseline {
    #[command(flatten)]
    pub(super) scan: Scan,

    /// Accept findings that are not in the file yet
    #[arg(long)]
    pub(super) allow_new: bool,
}

/// Arguments of `suppress`.
#[derive(Args, Debug)]
pub(super) struct Suppress {
    #[command(flatten)]
    pub(super) scan: Scan,

    /// Why these findings are all right, for whoever reads the comments
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub(super) reason: String,
}

/// A reason that fits into a comment.
fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("a reason is some words".to_owned());
    }
    if text.contains("*/") || text.chars().any(char::is_control) {
        return Err("a reason is one line, without `*/`".to_owned());
    }
    Ok(text.to_owned())
}

/// Formats of a rule's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    /// For people
    Text,
    /// For programs: the page in Markdown, and what is known of the rule
    Json,
}

/// Formats of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The definition of the command line, for completions, manual page and tests.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn checking_needs_no_sub_command() {
        let arguments =
            Arguments::try_parse_from(["routelint", "apps/web", "--fail-on", "never", "-q"]).unwrap();
        assert!(arguments.command.is_none() && arguments.check.outputs.quiet);
        assert_eq!(arguments.check.scan.paths, [PathBuf::from("apps/web")]);
        assert_eq!(arguments.check.fail_on, Some(FailOn::Never));
        let arguments =
            Arguments::try_parse_from(["routelint", "check", "a", "--rule", "x", "--rule", "y"]).unwrap();
        let Some(Command::Check(check)) = arguments.command else { panic!("{arguments:?}") };
        assert_eq!(check.scan.rule, ["x", "y"]);
    }

    #[test]
    fn colour_may_stand_after_a_sub_command() {
        let arguments = Arguments::try_parse_from(["routelint", "rules", "--color", "always"]).unwrap();
        assert_eq!(arguments.color, Color::Always);
    }
}
