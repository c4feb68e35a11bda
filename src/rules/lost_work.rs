//! `lost-work`: a promise that nobody waits for.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::effects::Effects;
use super::support::fate::{Fate, Loss, Lost, Names};
use super::support::judge::Words;
use super::support::lost::{Reader, Work};
use super::support::lost_forms::{Form, after_send, answers_after};
use super::support::lost_help::{consequence, keep, keep_inside};
use super::support::lost_merge::{Told, folded, grouped, nested};
use super::support::lost_names::{is_business, is_money, is_small, permits};
use super::support::lost_scan::{RULE, Scan};
use super::support::lost_words::{Grade, does, grade, is_note};
use super::support::place::{Occurrence, PER_REQUEST, found, no_surer_than, occurrence, verdict};
use super::support::promises::{Promises, Yields, callee};
use crate::catalogue::AfterKind;
use crate::diagnostic::{Confidence, Finding, Severity};
use crate::facts::{FunctionId, SiteId};
use crate::link::{FunctionRef, Value};
use crate::project::{EntryKind, Target};
use crate::span::Location;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let promises = Promises::new(program, &context.apis);
    let mut all = Vec::new();
    for (file, module) in program.modules() {
        let functions = (0..).map(FunctionId).take(module.facts.functions.len());
        let mut functions = functions
            .filter(|&id| program.graph.per_request(FunctionRef { file, id }).next().is_some())
            .peekable();
        if functions.peek().is_none() {
            continue;
        }
        let names = Names::of(&module.facts);
        let fate = Fate { program, file, facts: &module.facts, names: &names };
        let reader =
            Reader { program, effects: &context.effects, promises: &promises, file, facts: &module.facts };
        let scan = Scan { context, promises: &promises, fate, reader, file };
        all.extend(nested(&scan.reader, scan.lost()));
        for id in functions {
            let late = after_send(fate, id, &promises);
            findings.extend(late.into_iter().filter_map(|site| scan.after_sending(site)));
        }
    }
    let told = folded(grouped(program, all));
    findings.extend(told.into_iter().map(|told| told.finding));
}

impl Scan<'_, '_> {
    /// All that is lost in the module.
    fn lost(&self) -> Vec<Told> {
        let facts = self.fate.facts;
        let mut told = Vec::new();
        let mut seen = FxHashSet::default();
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let runs = FunctionRef { file: self.file, id: site.function };
            if self.program().graph.per_request(runs).next().is_none() || seen.contains(&site.expr) {
                continue;
            }
            if let Some(form) = self.form(id) {
                if seen.insert(site.expr) {
                    told.extend(self.formed(id, form));
                }
            } else if let Some(lost) = self.site(id)
                && seen.insert(lost.root)
            {
                told.extend(self.finding(id, lost));
            }
        }
        told
    }

    fn form(&self, id: SiteId) -> Option<Form> {
        self.forms().of(id).or_else(|| self.is_handed_on(id).then_some(Form::Handed))
    }

    fn finding(&self, id: SiteId, lost: Lost) -> Option<Told> {
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
            return self.tested(id, place, &name).map(|finding| self.checked(id, lost, &name, finding));
        }
        let work = self.reader.work(lost.root);
        if matches!(lost.loss, Loss::Statement | Loss::Void | Loss::Unused)
            && (self.is_guard(&work, &name) || work.direct == Effects::of(AfterKind::Guard))
        {
            return self.bypassed(place, &name).map(|finding| self.checked(id, lost, &name, finding));
        }
        if self.feeds(id, &work)
            || self.ends_loop(lost.root)
            || self.done_at_once(&work)
            || self.fate.settled_elsewhere(site.function)
        {
            return None;
        }
        let lazy =
            matches!(lost.loss, Loss::Statement | Loss::Void) && self.promises.is_lazy(self.at(lost.root));
        self.graded(id, place, (lost, &work), (&name, lazy))
    }

    /// Whether what a call does is part of the answer.
    fn feeds(&self, id: SiteId, work: &Work) -> bool {
        work.feeds && !answers_after(self.fate, id)
    }

    /// A finding that is no part of another.
    fn alone(&self, id: SiteId, finding: Finding) -> Told {
        let site = self.fate.facts.site(id);
        let block = (site.function, site.context);
        Told { finding, root: None, bare: false, started: None, block, target: Target::Server }
    }

    /// A finding that `await` mends, and that is no part of another.
    fn checked(&self, id: SiteId, lost: Lost, name: &str, finding: Finding) -> Told {
        self.alone(id, Finding { fix: self.awaited(lost.root, name), ..finding })
    }

    fn graded(
        &self,
        id: SiteId,
        place: Occurrence,
        (lost, work): (Lost, &Work),
        (name, lazy): (&str, bool),
    ) -> Option<Told> {
        let program = self.program();
        let Grade { most, confidence: sure } = grade(work, &self.graded_name(id, name));
        let most = if is_note(work, &self.inner_name(id)) { most.min(Severity::Warning) } else { most };
        let most = if self.only_marks(id) { Severity::Info } else { most };
        let verdict = verdict(program, RULE, place, |_, _| true)?;
        let target = verdict.target;
        // Awaited on one way only: what the others mean is not seen.
        let most = if lost.loss == Loss::Branch { most.min(Severity::Warning) } else { most };
        // A process that stays loses a count only when it is stopped.
        let stays = matches!(target, Target::Server | Target::Cluster);
        let most = if stays && is_small(name) && !is_business(name) { Severity::Info } else { most };
        let is_over_first = most == Severity::Error
            && matches!(lost.loss, Loss::Statement | Loss::Void | Loss::Chained)
            && !is_money(name)
            && self.goes_on(id);
        let most = if is_over_first { Severity::Warning } else { most };
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
        let fix = if lazy {
            self.awaited(lost.root, name)
        } else {
            self.kept(place, lost, (target, &verdict.routes), name)
        };
        let step = "nothing waits for what starts here".to_owned();
        let finding = Finding { fix, ..found(program, RULE, place, verdict, Words { message, help, step })? };
        let finding = no_surer_than(finding, sure.min(self.way(place)));
        if lazy {
            return Some(self.alone(id, finding));
        }
        let started = if is_list { None } else { self.started(id) };
        let bare = name.is_empty();
        Some(Told { root: Some(lost.root), bare, started, target, ..self.alone(id, finding) })
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

    /// A timer, a callback, or a function in a promise's place.
    fn formed(&self, id: SiteId, form: Form) -> Option<Told> {
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
            let finding = self.grave(place, Severity::Error, Words { message, help, step });
            return finding.map(|finding| self.alone(id, finding));
        }
        let root = self.fate.facts.site(id).expr;
        let work = self.reader.work(root);
        let shown = work.known.is_empty() && work.likely.is_empty();
        let tells = match form {
            Form::Timer => !shown || is_money(&self.inner_name(id)),
            Form::Handed => !shown,
            _ => true,
        };
        if self.feeds(id, &work) || !tells {
            return None;
        }
        let program = self.program();
        let Grade { most, confidence: sure } = grade(&work, &self.inner_name(id));
        // A connection that stands sends at once, and a disk is fast.
        let api = self.promises.api(self.file, id).filter(|api| api.callback);
        let most = if api.is_some() { most.min(Severity::Warning) } else { most };
        let verdict = verdict(program, RULE, place, |_, _| true)?.at_most(most);
        let target = verdict.target;
        let does = does(&work).unwrap_or("does work");
        let how = match (form, api) {
            (Form::Handed, _) => "starts work that",
            (Form::Timer, _) => "runs later and",
            (_, Some(_)) => "gives no promise and",
            _ => "reports to a callback and",
        };
        let message =
            format!("`{name}()` {how} {does}, and nothing waits for it: {}", consequence(verdict.target));
        let keep = match form {
            Form::Handed => keep_inside(program, target, &verdict.routes, &name),
            _ => keep(program, target, &verdict.routes, false),
        };
        let help = match api.map(|api| api.kind) {
            Some(AfterKind::File) => format!("Take the function of `node:fs/promises`. {keep}"),
            Some(_) => format!("Take `{name}Async()`, which gives a promise. {keep}"),
            None => keep,
        };
        let step = "nothing waits for what starts here".to_owned();
        let finding = found(program, RULE, place, verdict, Words { message, help, step })?;
        // What becomes of a queue is not seen in full.
        let sure = if form == Form::Handed { sure.min(Confidence::Medium) } else { sure };
        let finding = no_surer_than(finding, sure.min(self.way(place)));
        let bare = form == Form::Timer;
        Some(Told { root: Some(root), bare, target, ..self.alone(id, finding) })
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
