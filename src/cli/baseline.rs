//! `routelint baseline`: writes the findings that there are into a file.

use std::io::Write as _;
use std::path::PathBuf;

use crate::analyze::analyze;
use crate::baseline::{Baseline, Entry, write};
use crate::files::replace;
use crate::report::{Diagnostic, Report, View, one_line, write_concise};

use super::Exit;
use super::args::{Baseline as Arguments, Color};
use super::config::{Effective, from_here, read_baseline};
use super::error::CliError;
use super::output::{page, print, seen_from_here};
use super::progress::Line;

/// The file, unless the configuration or an argument names another.
const NAME: &str = "routelint-baseline.txt";

pub(super) fn run(arguments: &Arguments, color: Color) -> Result<Exit, CliError> {
    let mut effective = Effective::new(&arguments.scan, None)?;
    let path = path(&effective);
    let old = read_baseline(&path)?;
    let is_first = old.is_none();
    effective.options.baseline = Some(old.unwrap_or_default());
    let line = Line::watch(&effective.options.progress, false);
    let report = analyze(&effective.options)?;
    drop(line);
    let (new, stale) = (report.diagnostics.len(), report.stale.iter().flatten().count());
    let change = format!("+{new} −{stale}");
    let file = one_line(&from_here(&path)).into_owned();
    if new > 0 && !is_first && !arguments.allow_new {
        print(|out| {
            write_concise(
                &seen_from_here(&report),
                &View { page: page(color), quiet: true, ..View::default() },
                out,
            )?;
            writeln!(out, "{file}: {change}, not written: it would accept {new} new, listed above")?;
            writeln!(out, "  repair them, or accept them with --allow-new")
        })?;
        return Ok(Exit::Findings);
    }
    let baseline = updated(effective.options.baseline.take().unwrap_or_default(), &report);
    if is_first || new + stale > 0 {
        let failed = |source| CliError::File { file: from_here(&path), verb: "written", source };
        replace(&path, write(&baseline).as_bytes()).map_err(failed)?;
    }
    print(|out| {
        for gone in seen_from_here(&report).stale.iter().flatten() {
            writeln!(
                out,
                "gone: {} {} {}",
                one_line(&gone.file),
                one_line(&gone.rule),
                one_line(&gone.text)
            )?;
        }
        let total = baseline.entries.len();
        writeln!(out, "{file}: {change}, {total} known {}", if total == 1 { "finding" } else { "findings" })?;
        if effective.baseline.is_none() {
            writeln!(
                out,
                "  name it for `routelint check`: \"baseline\": \"{NAME}\" in the configuration, or"
            )?;
            writeln!(out, "  --baseline {file}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Clean)
}

/// Where the baseline is: beside the configuration, if there is one.
fn path(effective: &Effective) -> PathBuf {
    let beside = || effective.settings.as_ref().map(|settings| settings.folder.join(NAME));
    effective.baseline.clone().or_else(beside).unwrap_or_else(|| PathBuf::from(NAME))
}

/// What was known and still is, or was not looked at, with what is new.
fn updated(mut baseline: Baseline, report: &Report) -> Baseline {
    for stale in report.stale.iter().flatten() {
        baseline.entries.remove(&stale.fingerprint);
    }
    // What is known is written anew, since its text may have changed where its identity has not.
    let known = report.silent.iter().filter(|silent| silent.justification.is_none());
    let all = known.map(|silent| &silent.diagnostic).chain(&report.diagnostics);
    baseline.entries.extend(all.map(|found| (found.fingerprint.clone(), entry(found))));
    baseline
}

fn entry(found: &Diagnostic) -> Entry {
    let (start, end) = (found.place.start as usize, found.place.end as usize);
    Entry {
        file: found.repository_path.clone(),
        rule: found.rule.id.to_owned(),
        text: found.place.source.text().get(start..end).unwrap_or_default().to_owned(),
    }
}
