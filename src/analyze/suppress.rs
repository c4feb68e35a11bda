//! Which findings are silenced by comments, and which comments silence nothing.

use rustc_hash::FxHashMap;

use crate::diagnostic::Finding;
use crate::report::FoundRule;
use crate::rules::{RuleMeta, unused_suppression_finding};
use crate::span::FileId;
use crate::suppress::{Directive, read};

use super::inputs::Inputs;

/// Rules whose findings are about comments: no comment silences them.
const ABOUT_COMMENTS: [&str; 2] = ["unknown-suppression", "unused-suppression"];

/// The comments of the program that silence findings.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    of: FxHashMap<FileId, Vec<(Directive, Vec<bool>)>>,
}

impl Suppressions {
    /// The comments of every file that was read.
    pub(super) fn find(inputs: &Inputs<'_>) -> Self {
        let mut of = FxHashMap::default();
        for (file, module) in inputs.program.modules() {
            let read = module.facts.comments.iter().filter_map(read).filter_map(Result::ok);
            let found: Vec<_> = read.map(|found| (found.rules.len(), found)).collect();
            if !found.is_empty() {
                let unused = found.into_iter().map(|(rules, found)| (found, vec![false; rules]));
                of.insert(file, unused.collect());
            }
        }
        Self { of }
    }

    /// The reason for which a finding is silenced, if it is. Every comment that speaks of it counts as used.
    pub(super) fn reason(&mut self, finding: &Finding) -> Option<String> {
        if ABOUT_COMMENTS.contains(&finding.rule) {
            return None;
        }
        let mut reason = None;
        for (directive, used) in self.of.get_mut(&finding.primary.file)? {
            if directive.silences(finding.rule, finding.primary.span.start) {
                reason.get_or_insert_with(|| directive.reason.clone());
                for (named, used) in directive.rules.iter().zip(used) {
                    *used |= named == finding.rule;
                }
            }
        }
        reason
    }

    /// A finding for each rule of a comment, as far as the rule ran there, and whether the comment silenced some:
    /// then there is nothing to report, whatever other apps that read the file have to say.
    pub(super) fn comments(&self, inputs: &Inputs<'_>, rules: &[&RuleMeta]) -> Vec<(Finding, FoundRule)> {
        let mut found = Vec::new();
        if !rules.iter().any(|meta| meta.id == "unused-suppression") {
            return found;
        }
        for (&file, directives) in &self.of {
            for (directive, used) in directives {
                for (id, &used) in directive.rules.iter().zip(used) {
                    let ran = inputs.options.meta(id).is_some_and(|meta| inputs.ran(rules, meta, file));
                    if !ran || ABOUT_COMMENTS.contains(&id.as_str()) {
                        continue;
                    }
                    let finding = unused_suppression_finding(inputs.program, (file, directive.at), id);
                    let Directive { whole, rules, .. } = directive;
                    let named = FoundRule {
                        rule: id.clone(),
                        used,
                        rules: rules.clone(),
                        whole: (whole.start, whole.end),
                    };
                    found.extend(finding.map(|finding| (finding, named)));
                }
            }
        }
        found
    }
}
