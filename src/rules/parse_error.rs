//! `parse-error`: a reached file that could not be read as a program.

use super::RuleContext;
use super::support::judge::{Words, finding, judge, meta};
use crate::diagnostic::Finding;
use crate::facts::{FunctionId, Problem};
use crate::link::{FunctionRef, Phase};
use crate::span::Location;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let Some(meta) = meta("parse-error") else { return };
    for (file, module) in program.modules() {
        let function = FunctionRef { file, id: FunctionId::MODULE };
        let Some(node) = program.graph.code(function, Phase::Init) else { continue };
        let problems = &module.facts.problems;
        let Some(problem) = problems.iter().find(|p| p.fatal).or_else(|| problems.first()) else { continue };
        let Some(verdict) = judge(program, meta, &program.graph.routes_to(node), |_, _| true) else {
            continue;
        };
        let words = Words {
            message: message(problem),
            help: if problem.fatal {
                "Nothing in this file was checked, nor what only it imports. Mend it, or exclude it if it is no source \
                 file."
                    .to_owned()
            } else {
                "Mend it: what follows the mistake may have been understood wrongly.".to_owned()
            },
            step: "has the mistake here".to_owned(),
        };
        let primary = Location { file, span: problem.span };
        let path = program.graph.path_from(&verdict.routes, node);
        findings.push(finding(program, meta, (primary, function, path.as_slice()), verdict, words));
    }
}

fn message(problem: &Problem) -> String {
    let verdict = if problem.fatal { "cannot read this file" } else { "this file has a mistake" };
    format!("{verdict}: {}", problem.message)
}
