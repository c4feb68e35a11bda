//! `lost-work`: a promise that nobody waits for.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::fate::{Fate, Loss, Lost, Names};
use super::support::judge::{Words, confidence};
use super::support::lost::{Reader, Work};
use super::support::lost_forms::{Form, Forms, after_send};
use super::support::lost_help::{consequence, keep};
use super::support::lost_words::{Grade, does, grade, is_money, is_small, permits, refuses};
use super::support::place::{Occurrence, PER_REQUEST, found, no_surer_than, occurrence, verdict};
use super::support::production::{called_only_in_development, only_in_development};
use super::support::promises::{Promises, Yields, callee};
use crate::catalogue::AfterKind;
use crate::diagnostic::{Confidence, Finding, Severity};
use crate::facts::{Expr, ExprId, FunctionId, Origin, SiteId, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Program, Value, root};
use crate::project::{EntryKind, Target};
use crate::span::{FileId, Location};

const RULE: &str = "lost-work";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let promises = Promises::new(program, &context.apis);
    for (file, module) in program.modules() {
        let names = Names::of(&module.facts);
        let fate = Fate { program, file, facts: &module.facts, names: &names };
        let reader =
            Reader { program, effects: &context.effects, promises: &promises, file, facts: &module.facts };
        let scan = Scan { context, promises: &promises, fate, reader, file };
        let mut seen = FxHashSet::default();
        for (id, site) in (0..).map(SiteId).zip(&module.facts.sites) {
            let runs = FunctionRef { file, id: site.function };
            if program.graph.per_request(runs).next().is_none() || seen.contains(&site.expr) {
                continue;
            }
            if let Some(form) = scan.forms().of(id) {
                if seen.insert(site.expr) {
                    findings.extend(scan.formed(id, form));
                }
            } else if let Some(lost) = scan.site(id)
                && seen.insert(lost.root)
            {
                findings.extend(scan.finding(id, lost));
            }
        }
        for id in (0..).map(FunctionId).take(module.facts.functions.len()) {
            if program.graph.per_request(FunctionRef { file, id }).next().is_some() {
                let late = after_send(fate, id, &promises);
                findings.extend(late.into_iter().filter_map(|site| scan.after_sending(site)));
            }
        }
    }
}

/// One module at work.
struct Scan<'a, 'p> {
    context: &'a RuleContext<'a, 'p>,
    promises: &'a Promises<'a, 'p>,
    fate: Fate<'a, 'p>,
    reader: Reader<'a, 'p>,
    file: FileId,
}

impl<'a, 'p> Scan<'a, 'p> {
    fn program(&self) -> &'a Program<'p> {
        self.context.program
    }

    fn at(&self, id: ExprId) -> ExprRef {
        ExprRef { file: self.file, id }
    }

    /// The promise that a call gives and nobody waits for.
    fn site(&self, id: SiteId) -> Option<Lost> {
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
        if self.is_of_rows(id, callee) {
            return None;
        }
        (self.promises.of(self.at(site.expr)) > Yields::No).then_some(lost)
    }

    /// `forEach`, `map` or `flatMap` of an array with a function that gives promises.
    fn iterates(&self, callee: ExprId, first: Option<ExprId>) -> Option<&'p str> {
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
    fn is_of_rows(&self, id: SiteId, callee: ExprId) -> bool {
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

    fn finding(&self, id: SiteId, lost: Lost) -> Option<Finding> {
        let program = self.program();
        let facts = self.fate.facts;
        let site = facts.site(id);
        let function = FunctionRef { file: self.file, id: site.function };
        let span = facts.span_of(lost.root);
        let place = occurrence(program, Location { file: self.file, span }, function, PER_REQUEST)?;
        let name = self.name(id);
        if self.is_for_development(id) {
            return None;
        }
        if lost.loss == Loss::Tested {
            return self.tested(id, place, &name);
        }
        let work = self.reader.work(lost.root);
        if matches!(lost.loss, Loss::Statement | Loss::Void | Loss::Unused)
            && (self.is_guard(&work, &name)
                || work.direct == super::support::effects::Effects::of(AfterKind::Guard))
        {
            return self.bypassed(place, &name);
        }
        if work.feeds || self.done_at_once(&work) || self.fate.settled_elsewhere(site.function) {
            return None;
        }
        let lazy =
            matches!(lost.loss, Loss::Statement | Loss::Void) && self.promises.is_lazy(self.at(lost.root));
        self.graded(place, lost, &work, (&name, lazy))
    }

    fn graded(
        &self,
        place: Occurrence,
        lost: Lost,
        work: &Work,
        (name, lazy): (&str, bool),
    ) -> Option<Finding> {
        let program = self.program();
        let Grade { most, confidence: sure } = grade(work, name);
        let verdict = verdict(program, RULE, place, |_, _| true)?;
        let target = verdict.target;
        // Awaited on one way only: what the others mean is not seen.
        let most = if lost.loss == Loss::Branch { most.min(Severity::Warning) } else { most };
        // A process that stays loses a count only when it is stopped.
        let stays = matches!(target, Target::Server | Target::Cluster);
        let most = if stays && is_small(name) && !is_money(name) { Severity::Info } else { most };
        let verdict = if lazy { verdict } else { verdict.at_most(most) };
        let is_list = matches!(lost.loss, Loss::Array | Loss::Nested);
        let what = match (&work.what, does(work)) {
            (Some(what), _) => format!("{what} is started here"),
            (None, Some(does)) if name.is_empty() => format!("this work {does}"),
            (None, Some(does)) => format!("`{name}()` {does}"),
            (None, None) if name.is_empty() => "this work is asynchronous".to_owned(),
            (None, None) => format!("`{name}()` is asynchronous"),
        };
        let message = if lazy {
            format!("{what}, but it never runs: nothing awaits it, and it starts only when something does")
        } else {
            format!("{what}, and {}: {}", loss_words(lost.loss), consequence(target))
        };
        let help = if lazy {
            "Await it: until then it is only a description of the query.".to_owned()
        } else {
            keep(program, target, &verdict.routes, is_list)
        };
        let step = "nothing waits for what starts here".to_owned();
        let finding = found(program, RULE, place, verdict, Words { message, help, step })?;
        Some(no_surer_than(finding, sure.min(self.way(place))))
    }

    /// A guard whose promise nobody awaits lets everybody pass, on every target.
    fn bypassed(&self, place: Occurrence, name: &str) -> Option<Finding> {
        let message = format!(
            "`{name}()` is asynchronous and nothing awaits it: the code below runs before the check has an answer, \
             so the check is bypassed"
        );
        self.grave(place, Severity::Error, awaits(message, name))
    }

    /// A promise is always true.
    fn tested(&self, id: SiteId, place: Occurrence, name: &str) -> Option<Finding> {
        let site = self.fate.facts.site(id);
        let (callee, _) = callee(site.kind)?;
        if self.promises.of(self.at(site.expr)) != Yields::Promise {
            return None;
        }
        if !matches!(self.program().value(self.at(callee)), Value::Function(_)) {
            return None;
        }
        if permits(name) {
            let message = format!(
                "`{name}()` gives a promise, and a promise is always true: this condition does not test the answer, so \
                 the check is bypassed"
            );
            return self.grave(place, Severity::Error, awaits(message, name));
        }
        let message =
            format!("`{name}()` gives a promise, and a promise is always true: this condition tests nothing");
        self.grave(place, Severity::Warning, awaits(message, name))
    }

    fn grave(&self, place: Occurrence, severity: Severity, words: Words) -> Option<Finding> {
        let mut verdict = verdict(self.program(), RULE, place, |_, _| true)?;
        verdict.severity = severity;
        let finding = found(self.program(), RULE, place, verdict, words)?;
        Some(no_surer_than(finding, self.way(place)))
    }

    /// How sure it is that a request gets here.
    fn way(&self, place: Occurrence) -> Confidence {
        let graph = &self.context.program.graph;
        let proven =
            graph.node(place.node).callers.iter().any(|edge| matches!(edge.how, How::Calls | How::Handles));
        super::support::judge::meta(RULE).map_or(Confidence::Medium, |meta| confidence(meta, proven))
    }

    /// Whether a call is of a function that refuses: by its name, and because it throws or answers at once.
    fn is_guard(&self, work: &Work, name: &str) -> bool {
        let [function, ..] = work.calls.as_slice() else { return false };
        refuses(name)
            && !work.known.has(AfterKind::Write)
            && !work.known.has(AfterKind::Message)
            && self.throws(*function, 0)
    }

    /// Whether a function throws by itself, or through what it calls.
    fn throws(&self, function: FunctionRef, depth: u32) -> bool {
        let Some(module) = self.program().module(function.file) else { return false };
        module.facts.sites_of(function.id).any(|(_, site)| match site.kind {
            SiteKind::Throw { .. } => true,
            SiteKind::Call { callee, .. } => {
                match self.program().value(ExprRef { file: function.file, id: callee }) {
                    Value::External(external) => {
                        external.package.starts_with("next/navigation")
                            && matches!(
                                external.export().as_str(),
                                "redirect" | "notFound" | "forbidden" | "unauthorized"
                            )
                    }
                    Value::Function(inner) if depth < 3 && inner != function => self.throws(inner, depth + 1),
                    _ => false,
                }
            }
            _ => false,
        })
    }

    /// Whether all that is lost is an async function that waits for nothing itself.
    fn done_at_once(&self, work: &Work) -> bool {
        work.what.is_none()
            && work.direct.is_empty()
            && !work.calls.is_empty()
            && work.calls.iter().all(|&function| !self.promises.waits(function))
    }

    fn forms(&self) -> Forms<'_, 'a, 'p> {
        Forms {
            program: self.context.program,
            promises: self.promises,
            fate: self.fate,
            reader: &self.reader,
        }
    }

    fn is_for_development(&self, id: SiteId) -> bool {
        let site = self.fate.facts.site(id);
        only_in_development(self.program(), self.file, site.context)
            || called_only_in_development(self.program(), FunctionRef { file: self.file, id: site.function })
    }

    fn place(&self, id: SiteId) -> Option<Occurrence> {
        let site = self.fate.facts.site(id);
        let at = Location { file: self.file, span: site.span };
        occurrence(self.program(), at, FunctionRef { file: self.file, id: site.function }, PER_REQUEST)
    }

    /// A timer, a callback, or a function in a promise's place.
    fn formed(&self, id: SiteId, form: Form) -> Option<Finding> {
        let place = self.place(id)?;
        let name = self.name(id);
        if self.is_for_development(id) {
            return None;
        }
        if form == Form::NotAPromise {
            let message = format!(
                "`{name}()` waits for a promise, and this is a function: it is not called, and the work never runs or \
                 the call throws"
            );
            let help =
                format!("Call it: `{name}((async () => {{ … }})())`. Only `after()` takes a function.");
            let step = "hands over a function here".to_owned();
            return self.grave(place, Severity::Error, Words { message, help, step });
        }
        let work = self.reader.work(self.fate.facts.site(id).expr);
        let shown = work.known.is_empty() && work.likely.is_empty();
        if work.feeds || (form == Form::Timer && shown && !is_money(&self.inner_name(id))) {
            return None;
        }
        let program = self.program();
        let Grade { most, confidence: sure } = grade(&work, &self.inner_name(id));
        let verdict = verdict(program, RULE, place, |_, _| true)?.at_most(most);
        let does = does(&work).unwrap_or("does work");
        let how = if form == Form::Timer { "runs later" } else { "reports to a callback" };
        let message =
            format!("`{name}()` {how} and {does}, and nothing waits for it: {}", consequence(verdict.target));
        let help = keep(program, verdict.target, &verdict.routes, false);
        let step = "nothing waits for what starts here".to_owned();
        let finding = found(program, RULE, place, verdict, Words { message, help, step })?;
        Some(no_surer_than(finding, sure.min(self.way(place))))
    }

    /// The name of the function around a call: a timer has none that tells anything.
    fn inner_name(&self, id: SiteId) -> String {
        let site = self.fate.facts.site(id);
        self.program().function_name(FunctionRef { file: self.file, id: site.function }).to_owned()
    }

    /// Work in a `pages/api` handler that is awaited, but after the response was sent.
    fn after_sending(&self, id: SiteId) -> Option<Finding> {
        let place = self.place(id)?;
        let program = self.program();
        let work = self.reader.work(self.fate.facts.site(id).expr);
        let name = self.name(id);
        let Grade { most, .. } = grade(&work, &name);
        if most < Severity::Warning || work.known.is_empty() || work.feeds {
            return None;
        }
        let verdict = verdict(program, RULE, place, |route, target| {
            route.kind == EntryKind::PagesApi && !matches!(target, Target::Server | Target::Cluster)
        })?
        .at_most(Severity::Warning);
        let does = does(&work).unwrap_or("does work");
        let message = format!(
            "this {does} after the response was sent: {}, and `await` does not help",
            consequence(verdict.target)
        );
        let help = "Do it before you send the response, or hand it to `waitUntil()` or a queue.".to_owned();
        let step = "runs after the response".to_owned();
        let finding = found(program, RULE, place, verdict, Words { message, help, step })?;
        Some(no_surer_than(finding, Confidence::Medium))
    }

    /// What a call calls, for messages; of a chain, what its first call calls.
    fn name(&self, id: SiteId) -> String {
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

/// What is said of a check that has to be awaited.
fn awaits(message: String, name: &str) -> Words {
    let help = format!("Await it: `await {name}(…)`.");
    Words { message, help, step: format!("`{name}()` is not awaited here") }
}

const fn loss_words(loss: Loss) -> &'static str {
    match loss {
        Loss::Statement | Loss::Tested => "nothing waits for it",
        Loss::Void => "`void` only says so, nothing waits for it",
        Loss::Chained => "handlers are attached, but nothing waits for it",
        Loss::Branch => "it is awaited under a condition only",
        Loss::Unused => "its promise is stored, but nothing awaits it",
        Loss::Array => "nothing waits for the promises",
        Loss::Nested => "the array of promises inside is not awaited",
    }
}
