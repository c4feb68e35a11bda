//! One module at the work of `lost-work`: its calls, what they are called, and how sure it is that they count.

use rustc_hash::FxHashSet;

use super::fate::{Fate, Loss, Lost};
use super::judge::{confidence, meta};
use super::lost::{Reader, Work};
use super::lost_forms::Forms;
use super::lost_merge::Started;
use super::lost_names::{LOG_LINE, is_log_level, is_logger, is_tally, is_telemetry, refuses};
use super::place::{Occurrence, PER_REQUEST, occurrence};
use super::production::{called_only_in_development, only_in_development};
use super::promises::{Promises, Yields, callee};
use crate::catalogue::AfterKind;
use crate::diagnostic::Confidence;
use crate::facts::{ContextKind, Expr, ExprId, LoopKind, Origin, SiteId, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, How, Program, Value, root};
use crate::rules::RuleContext;
use crate::span::{FileId, Location};

/// The rule.
pub(crate) const RULE: &str = "lost-work";

/// So many awaited calls that follow give lost work the time it needs, most likely.
const LONG: usize = 3;

/// One module at work.
pub(crate) struct Scan<'a, 'p> {
    /// What every rule is given.
    pub context: &'a RuleContext<'a, 'p>,
    /// What gives promises.
    pub promises: &'a Promises<'a, 'p>,
    /// What becomes of them.
    pub fate: Fate<'a, 'p>,
    /// What expressions do.
    pub reader: Reader<'a, 'p>,
    /// The module.
    pub file: FileId,
}

impl<'a, 'p> Scan<'a, 'p> {
    /// The program.
    pub(crate) fn program(&self) -> &'a Program<'p> {
        self.context.program
    }

    /// An expression of the module.
    pub(crate) fn at(&self, id: ExprId) -> ExprRef {
        ExprRef { file: self.file, id }
    }

    /// The promise that a call gives and nobody waits for.
    pub(crate) fn site(&self, id: SiteId) -> Option<Lost> {
        let facts = self.fate.facts;
        let site = facts.site(id);
        let (callee, args) = match site.kind {
            SiteKind::New { callee, args } => (callee, args),
            kind => callee(kind)?,
        };
        if let Some(method) = self.iterates(callee, facts.list(args).first().copied()) {
            return match method {
                "forEach" => Some(Lost { root: site.expr, loss: Loss::Array }),
                _ => self.fate.of_many(site.expr),
            };
        }
        let lost = self.fate.of(site.expr)?;
        if self.is_of_rows(id, callee) || self.is_told_before(callee) {
            return None;
        }
        (self.promises.of(self.at(site.expr)) > Yields::No).then_some(lost)
    }

    /// `const sent = send(mail); sent.then(log)`: what is lost starts where the variable begins, and is told there.
    fn is_told_before(&self, callee: ExprId) -> bool {
        let facts = self.fate.facts;
        let Expr::Member { object, property } = facts.expr(callee) else { return false };
        let Expr::Local(binding) = facts.expr(object) else { return false };
        let entry = facts.binding(binding);
        let is_call = matches!(entry.origin, Origin::Init { expr, path, .. }
            if path.is_empty() && matches!(facts.expr(expr), Expr::Call(_) | Expr::New(_)));
        is_call && !entry.reassigned && matches!(facts.text(property), "then" | "catch" | "finally")
    }

    /// `forEach`, `map` or `flatMap` of an array with a function that gives promises.
    pub(crate) fn iterates(&self, callee: ExprId, first: Option<ExprId>) -> Option<&'p str> {
        let facts = self.fate.facts;
        let Expr::Member { property, .. } = facts.expr(callee) else { return None };
        let method = facts.text(property);
        if !matches!(method, "forEach" | "map" | "flatMap") {
            return None;
        }
        // `map` of a package or of the project may wait: cursors, `p-map`.
        if !matches!(self.program().value(self.at(callee)), Value::Unknown | Value::Global(_)) {
            return None;
        }
        let Value::Function(function) = self.program().value(self.at(first?)) else { return None };
        (self.promises.of_function(function) > Yields::No).then_some(method)
    }

    /// `const rows = await db.select()…; rows.sort()`: builders and what they give share names.
    pub(crate) fn is_of_rows(&self, id: SiteId, callee: ExprId) -> bool {
        let facts = self.fate.facts;
        if self.promises.api(self.file, id).is_none_or(|api| !api.lazy) {
            return false;
        }
        let Expr::Local(binding) = facts.expr(root(facts, callee)) else { return false };
        let Origin::Init { expr, .. } = facts.binding(binding).origin else { return false };
        let Expr::Await(wait) = facts.expr(expr) else { return false };
        let SiteKind::Await { value } = facts.site(wait).kind else { return false };
        matches!(facts.expr(value), Expr::Call(call) if self.promises.api(self.file, call).is_some())
    }

    /// How sure it is that a request gets here.
    pub(crate) fn way(&self, place: Occurrence) -> Confidence {
        let graph = &self.context.program.graph;
        let proven = graph.callers(place.node).any(|edge| matches!(edge.how, How::Calls | How::Handles));
        meta(RULE).map_or(Confidence::Medium, |meta| confidence(meta, proven))
    }

    /// Whether a call is of a function that refuses: by its name, and because it throws or answers at once.
    pub(crate) fn is_guard(&self, work: &Work, name: &str) -> bool {
        let [function, ..] = work.calls.as_slice() else { return false };
        refuses(name)
            && !work.known.has(AfterKind::Write)
            && !work.known.has(AfterKind::Message)
            && self.throws(*function)
    }

    /// Whether a function throws by itself, or through what it calls.
    fn throws(&self, function: FunctionRef) -> bool {
        let (mut open, mut seen) = (vec![(function, 0)], FxHashSet::default());
        while let Some((function, depth)) = open.pop() {
            let Some(module) = self.program().module(function.file) else { continue };
            if !seen.insert(function) {
                continue;
            }
            for (_, site) in module.facts.sites_of(function.id) {
                let callee = match site.kind {
                    SiteKind::Throw { .. } => return true,
                    SiteKind::Call { callee, .. } => ExprRef { file: function.file, id: callee },
                    _ => continue,
                };
                match self.program().value(callee) {
                    Value::External(external)
                        if external.package.starts_with("next/navigation")
                            && matches!(
                                external.export().as_str(),
                                "redirect" | "notFound" | "forbidden" | "unauthorized"
                            ) =>
                    {
                        return true;
                    }
                    Value::Function(inner) if depth < 3 => open.push((inner, depth + 1)),
                    _ => {}
                }
            }
        }
        false
    }

    /// Whether all that is lost is an async function that waits for nothing itself.
    pub(crate) fn done_at_once(&self, work: &Work) -> bool {
        work.what.is_none()
            && work.direct.is_empty()
            && !work.calls.is_empty()
            && work.calls.iter().all(|&function| !self.promises.waits(function))
    }

    /// Whether what is started sets a variable that a loop waits for: `while (!done) { … }`.
    pub(crate) fn ends_loop(&self, root: ExprId) -> bool {
        let (facts, around) = (self.fate.facts, self.fate.facts.span_of(root));
        let Some(module) = self.program().module(self.file) else { return false };
        let outermost = |mut id: ExprId| {
            while let Use::Part(parent) = facts.use_of(id) {
                id = parent;
            }
            id
        };
        // A loop of its own says nothing of who waits.
        let is_condition = |id: ExprId| {
            facts.contexts.iter().any(|context| match context.kind {
                ContextKind::Loop { kind: LoopKind::While | LoopKind::DoWhile, over, span } => {
                    over == id && !around.contains(span)
                }
                _ => false,
            })
        };
        facts.sites.iter().any(|site| match site.kind {
            SiteKind::Write { target, .. } if around.contains(site.span) => match facts.expr(target) {
                Expr::Local(flag) => module.uses(flag).iter().any(|&used| is_condition(outermost(used))),
                _ => false,
            },
            _ => false,
        })
    }

    /// What tells other forms.
    pub(crate) fn forms(&self) -> Forms<'_, 'a, 'p> {
        Forms { program: self.context.program, promises: self.promises, fate: self.fate }
    }

    /// Whether production never runs a call.
    pub(crate) fn is_for_development(&self, id: SiteId) -> bool {
        let site = self.fate.facts.site(id);
        self.program().is_for_browsers(self.file, site.context)
            || only_in_development(self.program(), self.file, site.context)
            || called_only_in_development(self.program(), FunctionRef { file: self.file, id: site.function })
    }

    /// Where and when a call runs.
    pub(crate) fn place(&self, id: SiteId) -> Option<Occurrence> {
        let site = self.fate.facts.site(id);
        let at = Location { file: self.file, span: site.span };
        occurrence(self.program(), at, FunctionRef { file: self.file, id: site.function }, PER_REQUEST)
    }

    /// The name of the function around a call: a timer has none that tells anything.
    pub(crate) fn inner_name(&self, id: SiteId) -> String {
        let site = self.fate.facts.site(id);
        self.program().function_name(FunctionRef { file: self.file, id: site.function }).to_owned()
    }

    /// What a call starts: a function of the project, or a construct of the catalogue; of a chain, what its first
    /// call starts.
    pub(crate) fn started(&self, id: SiteId) -> Option<(Started, String)> {
        let facts = self.fate.facts;
        let mut current = id;
        // Chains end: each step goes to the call before.
        loop {
            let (callee, _) = callee(facts.site(current).kind)?;
            if let Value::Function(function) = self.program().value(self.at(callee)) {
                let name = self.name(current);
                return (!name.is_empty()).then_some((Started::Function(function), name));
            }
            let Expr::Member { object, property } = facts.expr(callee) else { break };
            match facts.expr(object) {
                Expr::Call(before) if matches!(facts.text(property), "then" | "catch" | "finally") => {
                    current = before;
                }
                _ => break,
            }
        }
        let (api, name) = (self.promises.api(self.file, current)?, self.name(current));
        (!name.is_empty()).then(|| (Started::Construct(api.what.clone(), name.clone()), name))
    }

    /// Whether the handler goes on for long in the block of a call: awaited calls follow.
    pub(crate) fn goes_on(&self, id: SiteId) -> bool {
        let facts = self.fate.facts;
        let site = facts.site(id);
        let awaited = facts.sites_of(site.function).filter(|(_, later)| match later.kind {
            SiteKind::Await { value } => {
                later.context == site.context
                    && later.span.start > site.span.end
                    && matches!(facts.expr(value), Expr::Call(_))
                    && self.promises.of(self.at(value)) > Yields::No
            }
            _ => false,
        });
        awaited.take(LONG).count() == LONG
    }

    /// The name by which a loss is graded: `signedIn` of `telemetry.signedIn()` says less than what it belongs to.
    pub(crate) fn graded_name(&self, id: SiteId, name: &str) -> String {
        let facts = self.fate.facts;
        let mut owner = None;
        if let Some((callee, _)) = callee(facts.site(id).kind)
            && let Expr::Member { object, .. } = facts.expr(callee)
        {
            owner = match facts.expr(object) {
                Expr::Local(binding) => Some(facts.text(facts.binding(binding).name)),
                Expr::Member { property, .. } => Some(facts.text(property)),
                _ => None,
            };
        }
        match owner {
            Some(owner) if is_telemetry(owner) => format!("{name}_{owner}"),
            Some(owner) if is_log_level(name) && is_logger(owner) => format!("{LOG_LINE}_{owner}"),
            // `prisma.pageView.create()`
            Some(owner) if matches!(name, "create" | "createMany") && is_tally(owner) => {
                format!("{LOG_LINE}_{owner}")
            }
            _ => name.to_owned(),
        }
    }

    /// What a call calls, for messages; of a chain, what its first call calls.
    pub(crate) fn name(&self, id: SiteId) -> String {
        let facts = self.fate.facts;
        let mut current = id;
        // Chains end: each step goes to the call before.
        while let Some((callee, _)) = callee(facts.site(current).kind) {
            match facts.expr(callee) {
                Expr::Local(binding) => return facts.text(facts.binding(binding).name).to_owned(),
                Expr::Global(name) => return facts.text(name).to_owned(),
                Expr::Member { object, property } => match (facts.text(property), facts.expr(object)) {
                    ("then" | "catch" | "finally", Expr::Call(before)) => current = before,
                    (
                        "forEach" | "map" | "flatMap" | "then" | "catch" | "finally" | "allSettled" | "all",
                        _,
                    ) => break,
                    (own, _) => return own.to_owned(),
                },
                _ => break,
            }
        }
        String::new()
    }
}
