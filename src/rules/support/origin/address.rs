//! Lists of another service of which one page is asked for: `fetch('https://api.example.com/items?limit=20')`.

use super::super::lengths::MOST;
use super::super::queries::chain::{call_of, last_name};
use super::super::queries::filter::entry;
use super::super::sources::{FETCHED, asks_model, fetched, is_request};
use super::{Length, Origins};
use crate::facts::{BinaryKind, BindingId, ContextKind, Expr, Origin, PropertyKey, SiteKind, Use, WriteKind};
use crate::link::{ExprRef, FunctionRef, Module};

/// Parameters that say how long a list may be, without case, `_`, `-`, `$` and brackets.
const LIMITS: &[&str] = &[
    "limit",
    "count",
    "perpage",
    "pagesize",
    "pagelimit",
    "pagelen",
    "size",
    "max",
    "maxresults",
    "maxrecords",
    "maxitems",
    "maxcount",
    "top",
    "first",
    "take",
    "rows",
    "num",
    "number",
    "results",
    "resultlimit",
    "numresults",
    "hitsperpage",
    "itemsperpage",
    "resultsperpage",
];

/// How far names, calls and parts of an address are followed.
const MAX_DEPTH: u32 = 16;

/// How long an address may become, in bytes, with all that is added to it.
const MAX_BYTES: usize = 4096;

// What is put into an address is one of these characters in its text, unless it is text or a number itself.
/// A value that is another one in each round of a loop: a page, a cursor.
const MOVES: char = '\u{1}';
/// How long a list is.
const LENGTH: char = '\u{2}';
/// Any other value.
const VALUE: char = '\u{3}';

/// Whether the parameters in a text limit a list, and it is not read page after page.
fn is_limited(text: &str) -> bool {
    let mut limited = false;
    for pair in text.split(['?', '&', '#']).skip(1) {
        let Some((name, value)) = pair.split_once('=') else { continue };
        if is_name(name) {
            limited |= is_number(value);
        } else if value.contains(MOVES) {
            return false;
        }
    }
    limited
}

/// Whether a parameter is one of [`LIMITS`].
fn is_name(name: &str) -> bool {
    let name = name.replace("%24", "").replace("%5B", "").replace("%5D", "").to_ascii_lowercase();
    LIMITS.contains(&name.replace(['_', '-', '$', '[', ']'], "").as_str())
}

/// Whether a value is a small number, or one that somebody gave a name.
fn is_number(value: &str) -> bool {
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    match value.get(..end).unwrap_or_default().parse::<f64>() {
        Ok(number) => number <= MOST,
        Err(_) => value.starts_with([VALUE, MOVES]),
    }
}

impl Origins<'_, '_, '_> {
    /// `request.json()` and `(await fetch(url)).json()`
    pub(super) fn json(&self, object: ExprRef) -> Length {
        let Some(module) = self.program().module(object.file) else { return Length::Unknown };
        let facts = &module.facts;
        if is_request(facts, object.id) {
            return Length::Sent("element that the request sends");
        }
        let part = |id| ExprRef { file: object.file, id };
        match fetched(facts, object.id) {
            // What a model writes in one answer is short.
            Some(&[url, ..]) if asks_model(self.program(), part(url)) => Length::Unknown,
            Some(&[url, ref options @ ..])
                if self.asks_for_page(part(url), options.first().map(|&id| part(id))) =>
            {
                Length::Page
            }
            Some(_) => FETCHED,
            None => Length::Unknown,
        }
    }

    /// Whether a request says how long the list may be that it asks for, in its address or in what it sends.
    pub(super) fn asks_for_page(&self, url: ExprRef, options: Option<ExprRef>) -> bool {
        let mut text = String::new();
        self.write(url, &mut text, 0);
        if let Some(options) = options
            && let Some(module) = self.program().module(options.file)
            && let Some(body) = entry(&module.facts, options.id, "body")
            && let Some((_, callee, args)) = call_of(&module.facts, body)
            && last_name(&module.facts, callee) == Some("stringify")
            && let Some(&sent) = module.facts.list(args).first()
        {
            self.pairs(ExprRef { file: options.file, id: sent }, &mut text, 0);
        }
        is_limited(&text)
    }

    /// Adds the text that an expression is.
    fn write(&self, at: ExprRef, text: &mut String, depth: u32) {
        let Some(module) = self.program().module(at.file) else { return text.push(VALUE) };
        let facts = &module.facts;
        if depth > MAX_DEPTH || text.len() > MAX_BYTES || !self.may_look() {
            return text.push(VALUE);
        }
        if let Some(number) = self.program().number(at) {
            return text.push_str(&number.to_string());
        }
        let go = |id, text: &mut String| self.write(ExprRef { file: at.file, id }, text, depth + 1);
        match facts.expr(at.id) {
            Expr::Str(part) => text.push_str(facts.text(part)),
            Expr::Template(parts) => facts.list(parts).iter().for_each(|&part| go(part, text)),
            Expr::Binary { left, right, .. } => {
                go(left, text);
                go(right, text);
            }
            Expr::Local(id) => self.name(at, module, id, text, depth),
            Expr::Member { object, property } => match facts.text(property) {
                "length" | "size" => text.push(LENGTH),
                "href" | "search" | "searchParams" => go(object, text),
                _ => text.push(VALUE),
            },
            Expr::New(site) => match facts.site(site).kind {
                SiteKind::New { callee, args } => {
                    let first = facts.list(args).first().copied();
                    match (last_name(facts, callee), first) {
                        (Some("URL"), Some(first)) => go(first, text),
                        (Some("URLSearchParams"), Some(first)) => {
                            self.pairs(ExprRef { file: at.file, id: first }, text, depth + 1);
                        }
                        _ => {}
                    }
                }
                _ => text.push(VALUE),
            },
            Expr::Call(_) => match call_of(facts, at.id) {
                Some((_, callee, args)) => {
                    let first = facts.list(args).first().copied();
                    match (last_name(facts, callee), facts.expr(callee), first) {
                        (Some("toString"), Expr::Member { object, .. }, _) => go(object, text),
                        (Some("String" | "Number" | "encodeURIComponent"), _, Some(first)) => go(first, text),
                        (Some("stringify"), _, Some(first)) => {
                            self.pairs(ExprRef { file: at.file, id: first }, text, depth + 1);
                        }
                        _ => text.push(VALUE),
                    }
                }
                None => text.push(VALUE),
            },
            _ => text.push(VALUE),
        }
    }

    /// Adds what a name stands for, and what is added to it: `url += '&limit=5'`, `url.searchParams.set('limit', '5')`.
    fn name(&self, at: ExprRef, module: &Module, id: BindingId, text: &mut String, depth: u32) {
        let facts = &module.facts;
        let binding = facts.binding(id);
        let part = |id| ExprRef { file: at.file, id };
        match binding.origin {
            Origin::Init { expr, path, .. } if path.is_empty() && !is_replaced(module, id) => {
                self.write(part(expr), text, depth + 1);
                for &site in module.writes(id) {
                    if let SiteKind::Write { target, value, .. } = facts.site(site).kind {
                        // `url.search = params.toString()`
                        if facts.expr(target) != Expr::Local(id) {
                            text.push('&');
                        }
                        self.write(part(value), text, depth + 1);
                    }
                }
                self.parameters(at, module, id, text, depth);
            }
            Origin::Param { index, path, .. } => {
                let function = FunctionRef { file: at.file, id: binding.function };
                let names: Vec<&str> = facts.path(path).iter().map(|&step| facts.text(step)).collect();
                self.put_argument(function, (index as usize, &names), text, depth);
            }
            _ => text.push(if is_moved(module, id) { MOVES } else { VALUE }),
        }
    }

    /// Adds what the call that is being looked at hands over for a parameter.
    fn put_argument(&self, function: FunctionRef, of: (usize, &[&str]), text: &mut String, depth: u32) {
        let (index, names) = of;
        let inner = self.calls.borrow_mut().pop();
        let Some((called, args)) = inner else { return text.push(VALUE) };
        let given = args.get(index).copied().filter(|_| called == function);
        let below = |at: ExprRef, name: &&str| {
            let id = entry(&self.program().module(at.file)?.facts, at.id, name)?;
            Some(ExprRef { file: at.file, id })
        };
        match given.and_then(|given| names.iter().try_fold(given, below)) {
            Some(given) => self.write(given, text, depth + 1),
            None => text.push(VALUE),
        }
        self.calls.borrow_mut().push((called, args));
    }

    /// Adds the parameters that are set on an address under a name.
    fn parameters(&self, at: ExprRef, module: &Module, id: BindingId, text: &mut String, depth: u32) {
        let facts = &module.facts;
        for &used in module.uses(id) {
            let mut member = used;
            while let Use::Part(next) = facts.use_of(member)
                && let Expr::Member { object, property } = facts.expr(next)
                && object == member
            {
                member = next;
                if matches!(facts.text(property), "set" | "append")
                    && let Use::Part(call) = facts.use_of(member)
                    && let Some((_, callee, args)) = call_of(facts, call)
                    && callee == member
                    && let [name, value, ..] = *facts.list(args)
                    && let Expr::Str(name) = facts.expr(name)
                {
                    text.push('&');
                    text.push_str(facts.text(name));
                    text.push('=');
                    self.write(ExprRef { file: at.file, id: value }, text, depth + 1);
                }
            }
        }
    }

    /// Adds the entries of an object as parameters: `new URLSearchParams({ limit: '5' })`.
    fn pairs(&self, at: ExprRef, text: &mut String, depth: u32) {
        let Some(module) = self.program().module(at.file) else { return };
        let facts = &module.facts;
        if depth > MAX_DEPTH || text.len() > MAX_BYTES || !self.may_look() {
            return;
        }
        let part = |id| ExprRef { file: at.file, id };
        match facts.expr(at.id) {
            Expr::Object(list) => {
                for property in facts.object(list) {
                    match property.key {
                        PropertyKey::Name(name) => {
                            text.push('&');
                            text.push_str(facts.text(name));
                            text.push('=');
                            self.write(part(property.value), text, depth + 1);
                        }
                        PropertyKey::Spread => self.pairs(part(property.value), text, depth + 1),
                        PropertyKey::Computed(_) => {}
                    }
                }
            }
            // `...(cursor && { cursor })`
            Expr::Logical { right, .. } => self.pairs(part(right), text, depth + 1),
            Expr::Conditional { yes, no, .. } => {
                self.pairs(part(yes), text, depth + 1);
                self.pairs(part(no), text, depth + 1);
            }
            Expr::Local(id) => match facts.binding(id).origin {
                Origin::Init { expr, path, .. } if path.is_empty() => self.pairs(part(expr), text, depth + 1),
                _ => {}
            },
            _ => {
                text.push('&');
                self.write(at, text, depth + 1);
            }
        }
    }
}

/// Whether a name gets another value, and not text behind the one that it has.
fn is_replaced(module: &Module, id: BindingId) -> bool {
    let facts = &module.facts;
    module.writes(id).iter().any(|&site| match facts.site(site).kind {
        SiteKind::Write { target, kind, value } => {
            let is_text = match facts.expr(value) {
                Expr::Str(_) | Expr::Template(_) => true,
                Expr::Binary { kind: BinaryKind::Add, left, .. } => matches!(facts.expr(left), Expr::Str(_)),
                _ => false,
            };
            facts.expr(target) == Expr::Local(id) && !(kind == WriteKind::Compound && is_text)
        }
        _ => true,
    })
}

/// Whether a name is written to in a loop.
fn is_moved(module: &Module, id: BindingId) -> bool {
    let facts = &module.facts;
    module.writes(id).iter().any(|&site| {
        let mut around = facts.contexts_from(facts.site(site).context);
        around.any(|context| matches!(context.kind, ContextKind::Loop { .. }))
    })
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, MOVES, VALUE, is_limited};

    #[test]
    fn parameters_that_limit_a_list() {
        for (text, expected) in [
            ("https://a.example.com/ids?start=0&count=3", true),
            ("/messages?$top=50&$select=id", true),
            ("/messages?%24top=50", true),
            ("/items?page[size]=20", true),
            ("/items?&maxResults=10", true),
            ("/items?limit=5000", false),
            ("/items?count=true", false),
            ("/items?state=open", false),
            ("/items", false),
        ] {
            assert_eq!(is_limited(text), expected, "{text}");
        }
        assert!(is_limited(&format!("/items?limit={VALUE}&page={VALUE}")));
        assert!(!is_limited(&format!("/items?limit={LENGTH}")), "as long as another list");
        assert!(!is_limited(&format!("/items?limit=100&page={MOVES}")), "page after page");
    }
}
