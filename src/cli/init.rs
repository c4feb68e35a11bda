//! `routelint init`: a configuration file with comments that fits the project.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use crate::analyze::{Options, analyze};
use crate::config::find;
use crate::custom;
use crate::report::{AppReport, one_line};

use super::Exit;
use super::args::Init;
use super::config::from_here;
use super::error::CliError;
use super::output::print;

/// The file that is written.
const NAME: &str = "routelint.jsonc";

pub(super) fn run(init: &Init) -> Result<Exit, CliError> {
    let path = init.path.join(NAME);
    let custom = custom::load(&init.path)?;
    let above = refuse_second(&init.path, &custom.iter().map(|rule| rule.meta.id).collect::<Vec<_>>())?;
    let report = analyze(&Options { paths: vec![init.path.clone()], ..Options::default() })?;
    let file = from_here(&path);
    let failed = |source| CliError::File { file: file.clone(), verb: "written", source };
    // Whoever made a file of this name since the look above keeps it.
    let mut new = std::fs::File::create_new(&path).map_err(failed)?;
    new.write_all(text(&report.apps).as_bytes()).map_err(failed)?;
    print(|out| {
        writeln!(out, "wrote {}", one_line(&file))?;
        if let Some(above) = &above {
            writeln!(out, "  {} no longer counts in this folder: settings are not merged", one_line(above))?;
        }
        writeln!(out, "  routelint --print-config   shows what is in effect, and why")?;
        writeln!(
            out,
            "  routelint baseline         keeps what is found today, so that only new findings fail"
        )
    })?;
    Ok(Exit::Clean)
}

/// A folder has one configuration. Gives the one of a folder above, which a new one hides.
fn refuse_second(folder: &Path, own: &[&'static str]) -> Result<Option<String>, CliError> {
    let help = "change that file; `routelint --print-config` shows what it says";
    let exists = |name: &str| folder.join(name).symlink_metadata().is_ok();
    let known = [NAME, "routelint.json"].into_iter().find(|name| exists(name));
    if let Some(name) = known {
        return Err(CliError::Refused(format!("{} is there already", from_here(&folder.join(name))), help));
    }
    let Some(found) = find(folder, own)? else { return Ok(None) };
    if folder.canonicalize().is_ok_and(|here| here == found.folder) {
        let message = format!("{} has the configuration already, in its key `routelint`", found.file);
        return Err(CliError::Refused(message, help));
    }
    Ok(Some(found.file))
}

fn text(apps: &[AppReport]) -> String {
    let mut text = String::from("{\n");
    let schema = format!(
        "https://raw.githubusercontent.com/routelint/routelint/v{}/schemas/config-v1.schema.json",
        env!("CARGO_PKG_VERSION")
    );
    // Writing to a string cannot fail.
    _ = writeln!(text, "  \"$schema\": {},\n", json!(schema));
    let next: Vec<&AppReport> = apps.iter().filter(|app| app.framework == "next").collect();
    targets(&next, &mut text);
    text.push_str(
        "  // What is paid for there, if its limits depend on it: \"hobby\", \"pro\", \"enterprise\", …\n  \
         // \"plan\": \"pro\",\n\n  \
         // Severity of a rule: \"off\", \"info\", \"warning\" or \"error\". `routelint rules` lists the rules.\n  \
         \"rules\": {\n    // \"client-in-route-module\": \"warning\"\n  },\n\n  \
         // The severity from which on the exit code is 1: \"error\", \"warning\", \"info\" or \"never\".\n  \
         \"failOn\": \"error\",\n\n  \
         // Findings in these files are not reported. Brackets mean themselves: \"app/api/[id]/**\".\n  \
         \"exclude\": [],\n\n  \
         // Known findings, written by `routelint baseline`: only new ones are reported.\n  \
         // \"baseline\": \"routelint-baseline.txt\",\n\n  \
         // What routelint should know of your own packages.\n  \
         \"catalogue\": {\n    \
         // \"clients\": [{ \"package\": \"@acme/db\", \"export\": \"createDb\", \"kind\": \"tcp\" }],\n    \
         // \"safeWrappers\": [{ \"package\": \"@acme/background\", \"export\": \"withBackground\" }]\n  }",
    );
    if next.len() > 1 {
        text.push_str(",\n\n  // Other settings for a part of the repository.\n  \"overrides\": [\n");
        for (index, app) in next.iter().enumerate() {
            let files = json!(one_line(&app.root));
            // Whoever takes the comment marks away has a list.
            let comma = if index + 1 < next.len() { "," } else { "" };
            _ = writeln!(
                text,
                "    // {{ \"files\": [{files}], \"target\": {}, \"rules\": {{}} }}{comma}",
                json!(app.target)
            );
        }
        text.push_str("  ]");
    }
    text + "\n}\n"
}

/// Where the apps are deployed, as far as the repository says so.
fn targets(apps: &[&AppReport], text: &mut String) {
    text.push_str("  // Where the code runs, which decides what is a problem. Found in the repository:\n");
    for app in apps {
        let why = match (app.target_assumed, app.evidence.first()) {
            (true, _) => "nothing names a platform, so a serverless one is assumed".to_owned(),
            (false, Some(evidence)) => format!("{} ({evidence})", app.target),
            (false, None) => app.target.to_owned(),
        };
        _ = writeln!(text, "  //   {}: {}", one_line(&app.root), one_line(&why));
    }
    if apps.is_empty() {
        text.push_str("  //   no Next.js app\n");
    }
    let first = apps.first().map_or("vercel", |app| app.target.as_str());
    _ = writeln!(
        text,
        "  // Name it here if that is wrong: \"vercel\", \"netlify\", \"lambda\", \"cloudflare\", \"cloud-run\", \
         \"server\"\n  // or \"cluster\".\n  // \"target\": {},\n",
        json!(first)
    );
}
