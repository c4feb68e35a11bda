//! `--print-config`: what is in effect, and where each value comes from.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::config::{Level, Plan, RuleSetting, Settings};
use crate::diagnostic::Confidence;

use super::Exit;
use super::args::{Check, Scan};
use super::config::{Effective, from_here};
use super::error::CliError;
use super::output::print;

/// A key with its value, and where that comes from.
struct Row {
    key: &'static str,
    value: Value,
    origin: String,
}

/// Prints the configuration as JSON with comments, so that it can be kept as a file.
pub(super) fn run(check: &Check, effective: &Effective) -> Result<Exit, CliError> {
    let rows = rows(check, effective);
    let rules = rules(&check.scan, effective);
    print(|out| {
        match &effective.settings {
            Some(settings) => writeln!(out, "// {}", shown(&settings.file))?,
            None if check.scan.no_config => writeln!(out, "// no configuration: --no-config")?,
            None => writeln!(out, "// no configuration file was found; `routelint init` writes one")?,
        }
        write(&rows, &rules, effective.settings.as_ref(), out)
    })?;
    Ok(Exit::Clean)
}

/// Text as one line of a comment.
fn shown(text: &str) -> String {
    crate::report::one_line(text).into_owned()
}

fn write(rows: &[Row], rules: &[Row], settings: Option<&Settings>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{{")?;
    for Row { key, value, origin } in rows {
        writeln!(out, "  {}: {value}, // {origin}", json!(key))?;
    }
    writeln!(out, "  // All other rules have the severity of their page for each app's target.")?;
    writeln!(out, "  \"rules\": {{")?;
    for Row { key, value, origin } in rules {
        writeln!(out, "    {}: {value}, // {origin}", json!(key))?;
    }
    writeln!(out, "  }},")?;
    if let Some(settings) = settings {
        let config = &settings.config;
        write_list(
            out,
            "overrides",
            settings,
            &config.overrides.iter().map(|it| json!(it)).collect::<Vec<_>>(),
        )?;
        if let Some(origin) = settings.origin(&["catalogue"]) {
            writeln!(out, "  \"catalogue\": {}, // {}", json!(config.catalogue), shown(&origin))?;
        }
    }
    writeln!(out, "}}")
}

/// A list, an element to a line.
fn write_list(out: &mut impl Write, key: &str, settings: &Settings, list: &[Value]) -> io::Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {}: [", json!(key))?;
    for (index, element) in list.iter().enumerate() {
        let origin = settings.origin(&[key, &index.to_string()]).unwrap_or_default();
        writeln!(out, "    {element}, // {}", shown(&origin))?;
    }
    writeln!(out, "  ],")
}

fn rows(check: &Check, effective: &Effective) -> Vec<Row> {
    let Effective { options, settings, baseline } = effective;
    let scan = &check.scan;
    let origin = |flag: Option<&str>, key: &str| {
        let configured = || settings.as_ref()?.origin(&[key]);
        flag.map(str::to_owned).or_else(configured).map_or_else(|| "default".to_owned(), |text| shown(&text))
    };
    let config = settings.as_ref().map(|settings| &settings.config);
    let target = scan.target.or_else(|| config?.target).map(|target| target.as_str());
    let given = |is_given: bool, flag: &'static str| is_given.then_some(flag);
    let rows = [
        ("target", json!(target), given(scan.target.is_some(), "--target")),
        ("plan", json!(config.and_then(|config| config.plan).map(Plan::as_str)), None),
        ("include", json!(config.and_then(|config| config.include.clone())), None),
        ("exclude", json!(config.map(|config| config.exclude.clone()).unwrap_or_default()), None),
        (
            "minConfidence",
            json!(scan.min_confidence.or_else(|| config?.min_confidence).unwrap_or(Confidence::Medium)),
            given(scan.min_confidence.is_some(), "--min-confidence"),
        ),
        ("failOn", json!(effective.fail_on(check.fail_on)), given(check.fail_on.is_some(), "--fail-on")),
        (
            "baseline",
            json!(baseline.as_ref().map(|path| from_here(path))),
            given(scan.baseline.is_some(), "--baseline").or(given(scan.no_baseline, "--no-baseline")),
        ),
        ("maxFileSize", json!(options.max_file_size), given(scan.max_file_size.is_some(), "--max-file-size")),
    ];
    let row = |(key, value, flag): (&'static str, Value, Option<&str>)| {
        let origin = origin(flag, key);
        let origin = match (&value, key) {
            (Value::Null, "target") => "default: read from each app's files".to_owned(),
            (Value::Null, "include") => "default: everything".to_owned(),
            _ => origin,
        };
        Row { key, value, origin }
    };
    rows.into_iter().map(row).collect()
}

/// What is set for a rule that the command line turns on.
fn on(setting: &RuleSetting) -> Value {
    let mut value = json!(setting);
    match value.as_object_mut() {
        _ if setting.level() != Some(Level::Off) => value,
        None => json!({}),
        Some(object) => {
            object.remove("severity");
            value
        }
    }
}

/// The rules that the arguments or the configuration name.
fn rules(scan: &Scan, effective: &Effective) -> Vec<Row> {
    let mut rows = Vec::new();
    let own = effective.options.custom.iter().map(|rule| rule.meta);
    for meta in crate::rules::all().chain(own) {
        let said = effective.settings.as_ref().and_then(|settings| settings.config.rules.0.get(meta.id));
        let configured = || effective.settings.as_ref()?.origin(&["rules", meta.id]);
        let setting = said.map_or_else(|| json!({}), |setting| json!(setting));
        let is = |list: &[String]| list.iter().any(|id| id == meta.id);
        let (value, origin) = if is(&scan.skip) {
            (json!(Level::Off), "--skip".to_owned())
        } else if is(&scan.rule) {
            (said.map_or_else(|| json!({}), on), "--rule".to_owned())
        } else if !scan.rule.is_empty() {
            (json!(Level::Off), "--rule names others".to_owned())
        } else if let Some(origin) = configured() {
            (setting, origin)
        } else {
            continue;
        };
        rows.push(Row { key: meta.id, value, origin: shown(&origin) });
    }
    rows
}
