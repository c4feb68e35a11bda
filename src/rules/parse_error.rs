//! `parse-error`: a reached file that could not be read as a program.

use super::RuleContext;
use super::support::judge::{Words, finding, judge, meta};
use crate::diagnostic::Finding;
use crate::facts::FunctionId;
use crate::link::{FunctionRef, Phase};
use crate::span::Location;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let Some(meta) = meta("parse-error") else { return };
    for (file, module) in program.modules() {
        let function = FunctionRef { file, id: FunctionId::MODULE };
        let Some(node) = program.graph.code(function, Phase::Init) else { continue };
        let Some(problem) = module.facts.problems.iter().find(|p| p.fatal) else { continue };
        let Some(verdict) = judge(program, meta, &program.graph.routes_to(node), |_, _| true) else { continue };
        let words = Words {
            message: format!("cannot read this file: {}", problem.message),
            help: "Nothing in this file was checked, nor what only it imports. Mend it, or exclude it if it is no \
                   source file."
                .to_owned(),
            step: "cannot be read from here on".to_owned(),
        };
        let primary = Location { file, span: problem.span };
        findings.push(finding(program, meta, (primary, function, program.graph.path_to(node).as_slice()), verdict, words));
    }
}
