//! `unknown-suppression`: a comment that was meant to silence a finding, and cannot.

use super::RuleContext;
use super::support::judge::meta;
use super::support::tool::finding;
use crate::diagnostic::{Finding, similar};
use crate::suppress::read;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let Some(meta) = meta("unknown-suppression") else { return };
    let example = "Write `// routelint-ignore <rule>: <reason>` above the line or at its end, or \
                   `/* routelint-ignore-file <rule>: <reason> */` for the whole file.";
    let known = || super::all().map(|rule| rule.id).chain(context.own.iter().copied());
    for (file, module) in context.program.modules() {
        for comment in &module.facts.comments {
            match read(comment) {
                None => {}
                Some(Err(malformed)) => {
                    let message = format!("this comment silences nothing: {}", malformed.message);
                    findings.push(finding(
                        context.program,
                        meta,
                        (file, malformed.at),
                        message,
                        example.to_owned(),
                    ));
                }
                Some(Ok(directive)) => {
                    for id in directive.rules.iter().filter(|id| known().all(|rule| rule != **id)) {
                        let message = format!("this comment names a rule that does not exist: `{id}`");
                        let help = match &*similar(id, known()) {
                            [] => "`routelint rules` lists the rules.".to_owned(),
                            near => format!("Did you mean `{}`?", near.join("` or `")),
                        };
                        findings.push(finding(context.program, meta, (file, directive.at), message, help));
                    }
                }
            }
        }
    }
}
