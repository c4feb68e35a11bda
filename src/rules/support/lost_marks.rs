//! Writes that only mark: `lastUsedAt: new Date()`, `views: { increment: 1 }`. One that is lost is a pity, no more.

use super::lexical::method;
use super::lost_names::{has_word, is_business};
use super::lost_scan::Scan;
use super::promises::callee;
use super::queries::filter::entry;
use crate::facts::{Expr, ExprId, List, PropertyKey, SiteId, SiteKind};

impl Scan<'_, '_> {
    /// Whether all that a call writes are times of use, and counts.
    pub(crate) fn only_marks(&self, id: SiteId) -> bool {
        let mut current = Some(id);
        while let Some((callee, args)) = current.and_then(|id| callee(self.fate.facts.site(id).kind)) {
            let Some((object, name)) = method(self.fate.facts, callee) else { return false };
            if let Some(data) = self.written(name, args) {
                return self.is_marks(data, 0);
            }
            current = match self.fate.facts.expr(object) {
                Expr::Call(before) => Some(before),
                _ => None,
            };
        }
        false
    }

    /// The object that says what a method writes.
    fn written(&self, method: &str, args: List) -> Option<ExprId> {
        let facts = self.fate.facts;
        let argument = |index: usize| facts.list(args).get(index).copied();
        match method {
            "updateOne" | "findByIdAndUpdate" | "findOneAndUpdate" => argument(1),
            "update" | "updateMany" if argument(1).is_some() => argument(1),
            "update" | "updateMany" => {
                let given = argument(0)?;
                let is_object = matches!(facts.expr(given), Expr::Object(_));
                is_object.then(|| entry(facts, given, "data").unwrap_or(given))
            }
            "set" => argument(0),
            _ => None,
        }
    }

    /// Whether an object has nothing but marks.
    fn is_marks(&self, data: ExprId, depth: u32) -> bool {
        let facts = self.fate.facts;
        let Expr::Object(list) = facts.expr(data) else { return false };
        let properties = facts.object(list);
        !properties.is_empty()
            && properties.iter().all(|property| {
                let PropertyKey::Name(name) = property.key else { return false };
                match facts.text(name) {
                    "$currentDate" if depth == 0 => true,
                    "$set" | "$inc" if depth == 0 => self.is_marks(property.value, 1),
                    name => {
                        (is_time(name) && self.is_now(property.value))
                            || (is_count(name) && self.is_step(property.value))
                    }
                }
            })
    }

    /// `new Date()`, `Date.now()`, `new Date().toISOString()`.
    fn is_now(&self, value: ExprId) -> bool {
        let facts = self.fate.facts;
        match facts.expr(value) {
            Expr::Call(site) | Expr::New(site) => match facts.site(site).kind {
                SiteKind::Call { callee, args } | SiteKind::New { callee, args } => {
                    args.is_empty()
                        && match facts.expr(callee) {
                            Expr::Global(name) => facts.text(name) == "Date",
                            Expr::Member { object, property } => match facts.text(property) {
                                "now" => {
                                    matches!(facts.expr(object), Expr::Global(name) if facts.text(name) == "Date")
                                }
                                "toISOString" | "getTime" => self.is_now(object),
                                _ => false,
                            },
                            _ => false,
                        }
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// `{ increment: 1 }`, or a number for `$inc`.
    fn is_step(&self, value: ExprId) -> bool {
        let facts = self.fate.facts;
        match facts.expr(value) {
            Expr::Number(_) => true,
            Expr::Object(list) => facts.object(list).iter().all(
                |property| matches!(property.key, PropertyKey::Name(name) if facts.text(name) == "increment"),
            ),
            _ => false,
        }
    }
}

/// Names of the time when something was last used: `lastUsedAt`, `seenAt`.
fn is_time(name: &str) -> bool {
    let marks = [
        "last",
        "seen",
        "used",
        "accessed",
        "active",
        "viewed",
        "visited",
        "heartbeat",
        "touched",
        "updated",
    ];
    has_word(name, &marks) && !is_business(name)
}

/// Names of what is only counted.
fn is_count(name: &str) -> bool {
    let counts = [
        "view",
        "views",
        "visit",
        "visits",
        "visitors",
        "hit",
        "hits",
        "click",
        "clicks",
        "download",
        "downloads",
        "play",
        "plays",
        "impression",
        "impressions",
        "uses",
        "reads",
    ];
    has_word(name, &counts) && !is_business(name)
}
