//! Running custom rules: matches in the text of reached files, kept where routes make the code run.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::diagnostic::Finding;
use crate::facts::{Expr, ExprId, FunctionId};
use crate::link::{ExprRef, FunctionRef, Module, Phase, Program};
use crate::pattern::{Dialect, ImportTest, Match};
use crate::rules::reported;
use crate::span::{FileId, Location, Span};

use super::imports::Imports;
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
    let mut imports = Imports::new(program);
    for (file, matches) in matches {
        let Some(module) = program.module(file).filter(|_| !matches.is_empty()) else { continue };
        let places = Places::new(module);
        for (rule, one) in matches {
            findings.extend(finding(&mut imports, rules[rule], (file, module, &places), &one));
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
    imports: &mut Imports<'_, '_>,
    rule: &CustomRule,
    (file, module, places): (FileId, &Module, &Places),
    one: &Match,
) -> Option<Finding> {
    let span = Span::new(u32::try_from(one.report.start).ok()?, u32::try_from(one.report.end).ok()?);
    let root = rule.root.as_deref();
    for test in &one.imports {
        let found = places.named(module, test).any(|id| imports.is_import(ExprRef { file, id }, root, test));
        if found == test.negated {
            return None;
        }
    }
    let function = FunctionRef { file, id: places.function_at(module, span.start) };
    let words = (rule.message.clone(), rule.help.clone());
    reported(imports.program, rule.meta, (Location { file, span }, function), rule.phase.phases(), words)
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

    /// The name, or the member of one, that a predicate is about.
    pub(super) fn named(&self, module: &Module, test: &ImportTest) -> impl Iterator<Item = ExprId> {
        let here = u32::try_from(test.at).ok().and_then(|at| self.exprs.get(&at));
        let is_it = |id: &ExprId| test.members.is_some() && members(module, *id) == test.members;
        here.into_iter().flatten().copied().filter(is_it)
    }
}

/// How many members of a name an expression is; `None` if it is something else.
fn members(module: &Module, id: ExprId) -> Option<u32> {
    let mut current = id;
    let mut members = 0;
    loop {
        match module.facts.expr(current) {
            Expr::Local(_) => return Some(members),
            Expr::Member { object, .. } => (current, members) = (object, members + 1),
            _ => return None,
        }
    }
}
