//! Fixes for lost work: `await`, and what runs it after the response, as the help says it for the target.

use rustc_hash::FxHashSet;

use super::fate::{Loss, Lost};
use super::fixes::import;
use super::lost_forms::late;
use super::lost_help::{Keeper, keeper};
use super::lost_scan::Scan;
use super::place::Occurrence;
use super::promises::Yields;
use crate::diagnostic::{Applicability, Edit, EditKind, Fix, RouteId};
use crate::facts::{
    BindingId, ContextKind, Expr, ExprId, FunctionId, LogicalKind, Site, SiteId, SiteKind, Use,
};
use crate::link::{ExprRef, FunctionRef, Phase, Value};
use crate::project::{EntryKind, Framework, Target};
use crate::span::{Location, Span};

/// How far calls are followed in search of what needs the request.
const MAX_DEPTH: u32 = 4;

/// What stands around work that is to run after the response, and what has to be imported for it.
struct Form {
    name: &'static str,
    from: &'static str,
    /// What follows the imported name, up to the work.
    opens: &'static str,
}

impl Scan<'_, '_> {
    /// Puts `await` before a call.
    pub(crate) fn awaited(&self, root: ExprId, name: &str) -> Option<Fix> {
        let facts = self.fate.facts;
        let (Expr::Call(site) | Expr::New(site)) = facts.expr(root) else { return None };
        let function = facts.function(facts.site(site).function);
        if !function.is_async || facts.site(site).function == FunctionId::MODULE {
            return None;
        }
        let span = facts.site(site).span;
        let edit = match facts.use_of(root) {
            Use::Discarded | Use::Declared | Use::Test => self.edit(before(span), words("", "await ")),
            Use::Part(parent) if matches!(facts.expr(parent), Expr::Void(_)) => {
                self.edit(self.up_to(parent, span), words("void", "await "))
            }
            Use::Part(_) => {
                let (before, behind) = ("(await ".to_owned(), ")".to_owned());
                self.edit(span, EditKind::Around { before, behind, optional: true })
            }
            _ => return None,
        };
        Some(unseen(format!("Await {}", shown(name)), vec![edit]))
    }

    /// Keeps lost work, by the means that the help names.
    pub(crate) fn kept(
        &self,
        place: Occurrence,
        lost: Lost,
        (target, routes): (Target, &[RouteId]),
        name: &str,
    ) -> Option<Fix> {
        if !matches!(lost.loss, Loss::Statement | Loss::Void | Loss::Chained) {
            return None;
        }
        let facts = self.fate.facts;
        let (Expr::Call(site) | Expr::New(site)) = facts.expr(lost.root) else { return None };
        // After the response there is nothing to await it but the function that runs then.
        let by = if place.phase == Phase::AfterResponse {
            Keeper::Await
        } else {
            keeper(self.program(), target, routes)
        };
        let (title, form) = match by {
            // Where the process stays, `void` and `.catch()` say that somebody decided not to wait.
            Keeper::Await if stays(target) && lost.loss != Loss::Statement => return None,
            Keeper::Await => return self.awaited_in_time(site, lost.root, name),
            Keeper::After => {
                if !self.may_run_later(place, site) {
                    return None;
                }
                ("Run", Form { name: "after", from: "next/server", opens: "(" })
            }
            // Both take promises and nothing else.
            _ if self.promises.of(self.at(lost.root)) != Yields::Promise => return None,
            Keeper::WaitUntil => ("Hand", Form { name: "waitUntil", from: "@vercel/functions", opens: "(" }),
            Keeper::Context => {
                let (name, from) = ("getCloudflareContext", "@opennextjs/cloudflare");
                ("Hand", Form { name, from, opens: "().ctx.waitUntil(" })
            }
        };
        let to = if by == Keeper::After { "in `after()`" } else { "to `waitUntil()`" };
        let (local, imported) = import(self.program(), self.file, (form.name, form.from))?;
        let mut edits = self.around(lost.root, site, &format!("{local}{}", form.opens), by)?;
        edits.extend(imported);
        Some(unseen(format!("{title} {} {to}", shown(name)), edits))
    }

    /// `await`, where that helps: not in a loop, whose rounds it would put one after the other, and not when the
    /// response has been sent.
    fn awaited_in_time(&self, site: SiteId, root: ExprId, name: &str) -> Option<Fix> {
        let facts = self.fate.facts;
        let Site { function, .. } = *facts.site(site);
        let is_late = late(self.fate, function).contains(&site);
        (!is_late && !self.is_in_loop(site)).then(|| self.awaited(root, name))?
    }

    /// The edits that put a call over the work, in place of a `void`.
    fn around(&self, root: ExprId, site: SiteId, opens: &str, by: Keeper) -> Option<Vec<Edit>> {
        let facts = self.fate.facts;
        let span = facts.site(site).span;
        let void = self.statement(root)?;
        let calls = by == Keeper::After;
        if let Some(inner) = self.called_at_once(site).filter(|_| calls) {
            let head = void.map_or(Span::new(span.start, inner.start), |void| self.up_to(void, inner));
            let words = |words, text: &str| EditKind::ReplaceWords(words, text.to_owned());
            return Some(vec![
                self.edit(head, words(if void.is_some() { "void(" } else { "(" }, opens)),
                self.edit(Span::new(inner.end, span.end), words(")()", ")")),
            ]);
        }
        let before = if calls { format!("{opens}() => ") } else { opens.to_owned() };
        let around = EditKind::Around { before, behind: ")".to_owned(), optional: calls };
        let mut edits = vec![self.edit(span, around)];
        if let Some(void) = void {
            edits.push(self.edit(self.up_to(void, span), words("void", "")));
        }
        Some(edits)
    }

    /// Whether work stands as a statement, and the `void` before it.
    fn statement(&self, root: ExprId) -> Option<Option<ExprId>> {
        let facts = self.fate.facts;
        let parent = match facts.use_of(root) {
            Use::Discarded => return Some(None),
            Use::Part(parent) if facts.use_of(parent) == Use::Discarded => parent,
            _ => return None,
        };
        match facts.expr(parent) {
            Expr::Void(_) => Some(Some(parent)),
            // `user && greet(user);`
            Expr::Logical { kind: LogicalKind::And, right, .. } if right == root => Some(None),
            _ => None,
        }
    }

    /// The function of `(async () => { … })()`.
    fn called_at_once(&self, site: SiteId) -> Option<Span> {
        let facts = self.fate.facts;
        let SiteKind::Call { callee, args } = facts.site(site).kind else { return None };
        let Expr::Function(function) = facts.expr(callee) else { return None };
        let function = facts.function(function);
        (args.is_empty() && function.params.is_empty() && function.is_async && !function.is_generator)
            .then_some(function.span)
    }

    /// Whether work may move into a callback of `after()`: the place has requests only, of kinds that have
    /// `after()`; and the work finds there what it would find here.
    fn may_run_later(&self, place: Occurrence, id: SiteId) -> bool {
        let (program, facts) = (self.program(), self.fate.facts);
        let graph = &program.graph;
        let has_after = graph.routes_to(place.node).into_iter().all(|id| {
            let route = program.route(id);
            let app = program.project.apps.get(route.app);
            app.is_some_and(|app| app.framework == Framework::Next)
                && matches!(
                    route.kind,
                    EntryKind::AppRoute | EntryKind::ServerAction | EntryKind::Middleware | EntryKind::Proxy
                )
        });
        let site = facts.site(id);
        let function = facts.function(site.function);
        let is_cached = facts.directives.cache || function.directives.cache;
        let waits = facts
            .sites_of(site.function)
            .any(|(_, inner)| matches!(inner.kind, SiteKind::Await { .. }) && site.span.contains(inner.span));
        has_after
            && graph.code(place.function, Phase::Init).is_none()
            && !is_cached
            && !function.is_generator
            && !waits
            && !self.reads_what_changes(id)
            && !self.asks_for_request(site.span)
    }

    /// Whether work reads a variable that may have another value by the time it runs.
    fn reads_what_changes(&self, id: SiteId) -> bool {
        let facts = self.fate.facts;
        let site = facts.site(id);
        let within = |at: u32| (site.span.start..site.span.end).contains(&at);
        let read: FxHashSet<BindingId> = (facts.exprs.iter().zip(&facts.starts))
            .filter_map(|(expr, &start)| match expr {
                Expr::Local(binding) if within(start) => Some(*binding),
                _ => None,
            })
            .filter(|&id| facts.binding(id).reassigned && !within(facts.binding(id).span.start))
            .collect();
        if read.is_empty() {
            return false;
        }
        let is_later = |write: &Site| {
            write.function != site.function || write.span.start > site.span.start || self.is_in_loop(id)
        };
        facts.sites.iter().any(|write| match write.kind {
            SiteKind::Write { target, .. } => {
                matches!(facts.expr(target), Expr::Local(binding) if read.contains(&binding))
                    && is_later(write)
            }
            _ => false,
        })
    }

    /// Whether code at a place asks Next for cookies, headers or the like, itself or through what it calls.
    fn asks_for_request(&self, span: Span) -> bool {
        let program = self.program();
        let mut open: Vec<(ExprRef, u32)> = Vec::new();
        let mut seen: FxHashSet<FunctionRef> = FxHashSet::default();
        let callee = |site: &Site| match site.kind {
            SiteKind::Call { callee, .. } => Some(callee),
            _ => None,
        };
        let own = self.fate.facts.sites.iter().filter(|site| span.contains(site.span));
        open.extend(own.filter_map(callee).map(|id| (self.at(id), 0)));
        while let Some((called, depth)) = open.pop() {
            match program.value(called) {
                Value::External(external) if external.package.starts_with("next/headers") => return true,
                Value::Function(function) if depth < MAX_DEPTH && seen.insert(function) => {
                    let Some(module) = program.module(function.file) else { continue };
                    let sites = module.facts.sites_of(function.id);
                    let called = sites.filter_map(|(_, site)| callee(site));
                    open.extend(called.map(|id| (ExprRef { file: function.file, id }, depth + 1)));
                }
                _ => {}
            }
        }
        false
    }

    fn is_in_loop(&self, id: SiteId) -> bool {
        let facts = self.fate.facts;
        facts
            .contexts_from(facts.site(id).context)
            .any(|context| matches!(context.kind, ContextKind::Loop { .. }))
    }

    fn edit(&self, span: Span, kind: EditKind) -> Edit {
        Edit { at: Location { file: self.file, span }, kind }
    }

    /// From the start of an expression up to what is in it.
    fn up_to(&self, outer: ExprId, inner: Span) -> Span {
        Span::new(self.fate.facts.span_of(outer).start, inner.start)
    }
}

/// Whether the process goes on after the response.
const fn stays(target: Target) -> bool {
    matches!(target, Target::Server | Target::Cluster)
}

const fn before(span: Span) -> Span {
    Span::new(span.start, span.start)
}

fn words(words: &'static str, text: &str) -> EditKind {
    EditKind::ReplaceWords(words, text.to_owned())
}

fn unseen(title: String, edits: Vec<Edit>) -> Fix {
    Fix { title, applicability: Applicability::Unsafe, edits }
}

/// What is called, in a title.
fn shown(name: &str) -> String {
    if name.is_empty() { "the work".to_owned() } else { format!("`{name}()`") }
}
