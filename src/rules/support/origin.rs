//! Where a collection comes from, and whether anything bounds its length.

mod address;
mod filled;
mod parts;

use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};

use super::lengths::is_guarded;
use super::queries::chain::{call_of, last_name};
use super::schemas::validated;
use super::sources::{
    BY_CLIENT, hands_on, is_action, is_sent_text, of_query, parses_rows, reads_form, reads_upload,
};
use crate::facts::{BindingId, BindingKind, Expr, ExprId, Origin, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Phase, Program, Value};
use crate::rules::RuleContext;
use parts::below_known;

/// How long a collection may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Length {
    /// Somebody wrote it down, a limit holds, or it is short by what it is.
    Bounded,
    /// The rows of a query with a limit, or what holds them.
    Limited,
    /// What another service sends of a list with a limit, or any part of it.
    Page,
    /// It cannot be seen.
    Unknown,
    /// As long as what a request, a file or another service sends.
    Sent(&'static str),
    /// As long as a table, or most of one.
    Rows,
}

impl Length {
    /// Whether nothing bounds it.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Sent(_) | Self::Rows)
    }

    /// Where it comes from, for messages.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Rows => "row of a table",
            Self::Sent(what) => what,
            Self::Bounded | Self::Limited | Self::Page | Self::Unknown => "element",
        }
    }
}

/// How far collections are followed.
const MAX_DEPTH: u32 = 32;
/// How many expressions are looked at for one question.
const BUDGET: u32 = 2000;
/// How many calls deep results are followed.
const MAX_CALLS: usize = 6;

/// Answers about collections; remembers them.
pub(crate) struct Origins<'c, 'a, 'p> {
    context: &'c RuleContext<'a, 'p>,
    known: RefCell<FxHashMap<ExprRef, Length>>,
    /// The calls whose results are being looked at, innermost last: function and arguments.
    calls: RefCell<Vec<(FunctionRef, Vec<ExprRef>)>>,
    /// How many expressions may still be looked at for one question.
    budget: Cell<u32>,
}

impl<'c, 'a, 'p> Origins<'c, 'a, 'p> {
    /// Nothing known yet.
    pub(crate) fn new(context: &'c RuleContext<'a, 'p>) -> Self {
        Self { context, known: RefCell::default(), calls: RefCell::default(), budget: Cell::new(0) }
    }

    /// The program that is asked about.
    pub(crate) fn program(&self) -> &'a Program<'p> {
        self.context.program
    }

    /// How long the collection may be that an expression gives.
    pub(crate) fn of(&self, at: ExprRef) -> Length {
        self.budget.set(BUDGET);
        self.length(at, 0)
    }

    fn length(&self, at: ExprRef, depth: u32) -> Length {
        if depth > MAX_DEPTH || !self.may_look() {
            return Length::Unknown;
        }
        // Inside a call, what an expression is depends on the arguments.
        if !self.calls.borrow().is_empty() {
            return self.guarded(at, depth);
        }
        if let Some(&known) = self.known.borrow().get(&at) {
            return known;
        }
        // What is asked for again meanwhile is a cycle.
        self.known.borrow_mut().insert(at, Length::Unknown);
        let length = self.guarded(at, depth);
        self.known.borrow_mut().insert(at, length);
        length
    }

    /// Whether one more expression may be looked at for this question.
    fn may_look(&self) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0
    }

    /// A list of which only a short one gets here is bounded, wherever it comes from.
    fn guarded(&self, at: ExprRef, depth: u32) -> Length {
        let length = self.look(at, depth);
        if length.is_open() && is_guarded(self.program(), at) { Length::Bounded } else { length }
    }

    fn look(&self, at: ExprRef, depth: u32) -> Length {
        let Some(module) = self.program().module(at.file) else { return Length::Unknown };
        let facts = &module.facts;
        let go = |id: ExprId| self.length(ExprRef { file: at.file, id }, depth + 1);
        if let Some(query) = self.context.queries.ending_at(at.file, at.id) {
            // A collection is the same for every route, so what is set for single apps counts in their files.
            return of_query(query.reach, query.growth(&self.context.choices, None));
        }
        match facts.expr(at.id) {
            Expr::Array(list) => {
                let parts = facts.list(list).iter().filter_map(|&id| match facts.expr(id) {
                    Expr::Spread(inner) => Some(go(inner)),
                    _ => None,
                });
                parts.max().unwrap_or(Length::Bounded)
            }
            Expr::Object(_) | Expr::Str(_) | Expr::Null => Length::Bounded,
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => go(value),
                _ => Length::Unknown,
            },
            Expr::Logical { left, right, .. } => go(left).max(go(right)),
            Expr::Conditional { yes, no, .. } => go(yes).max(go(no)),
            Expr::Local(binding) => self.binding(at, binding, depth),
            Expr::Member { object, property } => self.member(at, object, facts.text(property), depth),
            Expr::Call(_) => self.call(at, depth),
            Expr::New(site) => match facts.site(site).kind {
                SiteKind::New { callee, args } if matches!(last_name(facts, callee), Some("Set" | "Map")) => {
                    let first = facts.list(args).first().filter(|&&first| !filled::is_cut(facts, first));
                    first.map_or(Length::Unknown, |&first| go(first))
                }
                _ => Length::Unknown,
            },
            _ => Length::Unknown,
        }
    }

    fn binding(&self, at: ExprRef, id: BindingId, depth: u32) -> Length {
        let Some(module) = self.program().module(at.file) else { return Length::Unknown };
        let facts = &module.facts;
        let binding = facts.binding(id);
        let part = |id: ExprId| ExprRef { file: at.file, id };
        match binding.origin {
            Origin::Init { expr, path, .. } => {
                // `const rows = []` is as long as what is put in.
                if let Some(kind) = filled::Kind::of(facts, expr) {
                    return self.filled((at.file, id), kind, depth);
                }
                let steps: Vec<&str> = facts.path(path).iter().map(|&step| facts.text(step)).collect();
                let length = self.below(part(expr), &steps, depth);
                if path.is_empty() && binding.reassigned {
                    return self.written(at, id, depth).max(length);
                }
                length
            }
            Origin::None => self.written(at, id, depth),
            Origin::Param { index, path, .. } if binding.kind == BindingKind::Param => {
                let function = FunctionRef { file: at.file, id: binding.function };
                let steps: Vec<&str> = facts.path(path).iter().map(|&step| facts.text(step)).collect();
                self.given(function, index as usize, &steps, depth)
            }
            // A name of another module is mostly a table of constants.
            Origin::Import(_) => Length::Bounded,
            _ => Length::Unknown,
        }
    }

    /// The longest of what is written to a name.
    fn written(&self, at: ExprRef, id: BindingId, depth: u32) -> Length {
        let Some(module) = self.program().module(at.file) else { return Length::Unknown };
        let facts = &module.facts;
        let values = module.writes(id).iter().filter_map(|&site| match facts.site(site).kind {
            SiteKind::Write { target, value, .. } if facts.expr(target) == Expr::Local(id) => Some(value),
            _ => None,
        });
        values
            .map(|value| self.length(ExprRef { file: at.file, id: value }, depth + 1))
            .max()
            .unwrap_or(Length::Unknown)
    }

    /// What callers hand over, or some steps below it: one open collection is enough.
    fn parameter(&self, function: FunctionRef, index: usize, steps: &[&str], depth: u32) -> Length {
        let program = self.program();
        // The parameter of the call that is being looked at is that call's argument.
        let inner = self.calls.borrow_mut().pop();
        if let Some((called, args)) = inner {
            let length = match args.get(index) {
                Some(&argument) if called == function => self.below(argument, steps, depth),
                _ => Length::Unknown,
            };
            self.calls.borrow_mut().push((called, args));
            return length;
        }
        let mut longest = Length::Unknown;
        let mut bounded = true;
        let mut any = false;
        for phase in [Phase::Request, Phase::AfterResponse] {
            let Some(node) = program.graph.code(function, phase) else { continue };
            for edge in program.graph.callers(node).filter(|edge| edge.how == How::Calls) {
                let Some(site) = edge.site() else { continue };
                let Some(module) = program.module(edge.file) else { continue };
                let SiteKind::Call { callee, args } = module.facts.site(site).kind else { continue };
                if program.value(ExprRef { file: edge.file, id: callee }) != Value::Function(function) {
                    continue;
                }
                let Some(&argument) = module.facts.list(args).get(index) else { continue };
                any = true;
                let length = self.below(ExprRef { file: edge.file, id: argument }, steps, depth);
                bounded &= matches!(length, Length::Bounded | Length::Limited | Length::Page);
                longest = longest.max(length);
            }
        }
        match (any, bounded) {
            (true, true) => Length::Bounded,
            // What an action gets is what the browser sends, unless the project's own code calls it.
            (false, _) if is_action(program, function) => below_known(BY_CLIENT, steps),
            _ => longest,
        }
    }

    fn member(&self, at: ExprRef, object: ExprId, property: &str, depth: u32) -> Length {
        let program = self.program();
        let object = ExprRef { file: at.file, id: object };
        let Some(module) = program.module(at.file) else { return Length::Unknown };
        match program.value(at) {
            Value::Global(_) if property == "body" => return Length::Unknown,
            Value::External(_) => return Length::Bounded,
            _ => {}
        }
        // `req.body`
        if property == "body" && matches!(last_name(&module.facts, object.id), Some("req" | "request")) {
            return Length::Sent("element that the request sends");
        }
        self.part(object, property, depth + 1)
    }

    fn call(&self, at: ExprRef, depth: u32) -> Length {
        let program = self.program();
        let Some(module) = program.module(at.file) else { return Length::Unknown };
        let facts = &module.facts;
        let Some((_, callee, args)) = call_of(facts, at.id) else { return Length::Unknown };
        let args = facts.list(args);
        let go = |id: ExprId| self.length(ExprRef { file: at.file, id }, depth + 1);
        let first = args.first().copied();
        let value = program.value(ExprRef { file: at.file, id: callee });
        if let Value::Function(function) = value {
            let args = args.iter().map(|&id| ExprRef { file: at.file, id }).collect();
            return self.returned(function, args, None, depth);
        }
        if let Some(what) = parses_rows(&value) {
            return Length::Sent(what);
        }
        if reads_upload(facts, callee, args) {
            return Length::Sent("entry of a file that was sent");
        }
        if matches!(&value, Value::Global(path) if hands_on(path)) {
            return first.map_or(Length::Unknown, go);
        }
        let Some(name) = last_name(facts, callee) else { return Length::Unknown };
        let object = match facts.expr(callee) {
            Expr::Member { object, .. } => Some(object),
            _ => None,
        };
        match (name, object) {
            ("keys" | "values" | "entries" | "from", Some(object))
                if matches!(last_name(facts, object), Some("Object" | "Array" | "Buffer")) =>
            {
                first.map_or(Length::Unknown, go)
            }
            // `xs.slice(0, 20)` and `xs.slice(i, i + SIZE)` are bounded, `xs.slice(1)` is not.
            ("slice", Some(object)) if args.len() < 2 => go(object),
            ("slice", Some(_)) => Length::Bounded,
            (
                "filter" | "map" | "flatMap" | "flat" | "sort" | "toSorted" | "reverse" | "toReversed"
                | "concat" | "values" | "keys" | "entries" | "reduce" | "toArray" | "lean" | "all"
                | "execute" | "then" | "catch" | "exec" | "parse" | "safeParse" | "parseAsync"
                | "safeParseAsync" | "toJSON" | "trim" | "replace" | "replaceAll" | "toString",
                Some(object),
            ) => {
                let is_validated = matches!(name, "parse" | "safeParse" | "parseAsync" | "safeParseAsync");
                match first {
                    Some(first) if is_validated => {
                        let schema = self.argument(ExprRef { file: at.file, id: object });
                        validated(self.program(), schema, go(first))
                    }
                    _ if is_validated => Length::Unknown,
                    // `Promise.all(…).then` and promises keep what they hold.
                    _ => go(object),
                }
            }
            ("split", Some(object)) if is_sent_text(facts, object) => {
                Length::Sent("line that the request sends")
            }
            ("split", Some(object)) => go(object),
            ("getAll" | "get", Some(object)) if reads_form(facts, object, name) => {
                Length::Sent("element that the request sends")
            }
            ("json", Some(object)) => self.json(ExprRef { file: at.file, id: object }),
            _ => Length::Unknown,
        }
    }
}
