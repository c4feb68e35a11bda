//! Running custom rules: matches in the text of reached files, kept where routes make the code run.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::diagnostic::Finding;
use crate::facts::{Expr, ExprId, FunctionId, ImportedName, Origin};
use crate::link::{ExprRef, FunctionRef, Module, Phase, Program, Value};
use crate::pattern::{Dialect, ImportTest, Match};
use crate::rules::reported;
use crate::span::{FileId, Location, Span};

use super::page::{CustomRule, RunPhase};

impl RunPhase {
    const fn phases(self) -> &'static [Phase] {
        match self {
            Self::Request => &[Phase::Request, Phase::AfterResponse],
            Self::ModuleInit => &[Phase::Init],
            Self::Any => &[Phase::Request, Phase::AfterResponse, Phase::Init],
        }
    }
}

/// What custom rules find. `text` gives the text that a module's offsets are about.
pub fn findings<'r>(
    program: &Program<'_>,
    rules: impl IntoIterator<Item = &'r CustomRule>,
    text: &(dyn Fn(FileId) -> Option<String> + Sync),
) -> Vec<Finding> {
    let rules: Vec<&CustomRule> = rules.into_iter().collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let files: Vec<(FileId, Dialect)> =
        program.modules().map(|(file, _)| (file, Dialect::of(program.project.files.path(file)))).collect();
    let matches: Vec<(FileId, Vec<(usize, Match)>)> =
        files.par_iter().map(|&(file, dialect)| (file, matches(&rules, file, dialect, text))).collect();
    let mut findings = Vec::new();
    for (file, matches) in matches {
        let Some(module) = program.module(file).filter(|_| !matches.is_empty()) else { continue };
        let places = Places::new(module);
        for (rule, one) in matches {
            findings.extend(finding(program, rules[rule], (file, module, &places), &one));
        }
    }
    findings
}

/// The matches of all rules in one file.
fn matches(
    rules: &[&CustomRule],
    file: FileId,
    dialect: Dialect,
    text: &(dyn Fn(FileId) -> Option<String> + Sync),
) -> Vec<(usize, Match)> {
    let mut found = Vec::new();
    let mut source = None;
    for (index, rule) in rules.iter().enumerate() {
        for (_, pattern) in rule.patterns.iter().filter(|(d, _)| *d == dialect) {
            let source = source.get_or_insert_with(|| text(file).unwrap_or_default());
            found.extend(pattern.matches(source).into_iter().map(|m| (index, m)));
        }
    }
    found
}

fn finding(
    program: &Program<'_>,
    rule: &CustomRule,
    (file, module, places): (FileId, &Module, &Places),
    one: &Match,
) -> Option<Finding> {
    let span = Span::new(u32::try_from(one.report.start).ok()?, u32::try_from(one.report.end).ok()?);
    let imported = |test: &ImportTest| places.is_import(program, file, module, test) != test.negated;
    if !one.imports.iter().all(imported) {
        return None;
    }
    let function = FunctionRef { file, id: places.function_at(module, span.start) };
    let words = (rule.message.clone(), rule.help.clone());
    reported(program, rule.meta, (Location { file, span }, function), rule.phase.phases(), words)
}

/// What stands where in a module.
struct Places {
    exprs: FxHashMap<u32, Vec<ExprId>>,
    /// Functions by first byte; those further in come later.
    functions: Vec<FunctionId>,
}

impl Places {
    fn new(module: &Module) -> Self {
        let facts = &module.facts;
        let mut exprs: FxHashMap<u32, Vec<ExprId>> = FxHashMap::default();
        for (id, (expr, &start)) in (0..).map(ExprId).zip(facts.exprs.iter().zip(&facts.starts)) {
            if matches!(expr, Expr::Local(_) | Expr::Member { .. }) {
                exprs.entry(start).or_default().push(id);
            }
        }
        let mut functions: Vec<FunctionId> =
            (0..).map(FunctionId).take(facts.functions.len()).skip(1).collect();
        functions.sort_by_key(|&id| facts.function(id).span.start);
        Self { exprs, functions }
    }

    /// The innermost function around a byte.
    fn function_at(&self, module: &Module, at: u32) -> FunctionId {
        let facts = &module.facts;
        let after = self.functions.partition_point(|&id| facts.function(id).span.start <= at);
        let Some(&last) = after.checked_sub(1).and_then(|last| self.functions.get(last)) else {
            return FunctionId::MODULE;
        };
        // The last function that begins before it, or the first around that one which has not ended yet.
        let mut around = std::iter::successors(Some(last), |&id| facts.function(id).parent);
        around.find(|&id| facts.function(id).span.end > at).unwrap_or(FunctionId::MODULE)
    }

    /// Whether a name is bound to an export, as it is written in the import or as it is resolved.
    fn is_import(&self, program: &Program<'_>, file: FileId, module: &Module, test: &ImportTest) -> bool {
        let here = u32::try_from(test.at).ok().and_then(|at| self.exprs.get(&at));
        here.into_iter().flatten().any(|&id| {
            written(module, id, test)
                || matches!(program.value(ExprRef { file, id }), Value::External(external)
                    if external.package == test.package && is_export(&external.export(), test))
        })
    }
}

/// Whether a name is declared by an import of these very words.
fn written(module: &Module, id: ExprId, test: &ImportTest) -> bool {
    let facts = &module.facts;
    let Expr::Local(binding) = facts.expr(id) else { return false };
    let Origin::Import(index) = facts.binding(binding).origin else { return false };
    let Some(import) = facts.imports.get(index as usize) else { return false };
    let specifier = facts.text(facts.request(import.request).specifier);
    specifier == test.package
        && match (import.name, &test.export) {
            (_, None) => true,
            (ImportedName::Named(name), Some(export)) => facts.text(name) == export,
            (ImportedName::Namespace, Some(export)) => export == "*",
        }
}

/// Whether a path into a package's exports is the one that is asked for; `default.x` and `x` are the same.
fn is_export(found: &str, test: &ImportTest) -> bool {
    test.export.as_ref().is_none_or(|wanted| {
        found == wanted
            || found.strip_prefix("default.") == Some(wanted)
            || (found.is_empty() && wanted == "default")
    })
}
