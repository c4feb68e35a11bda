//! What a call does, by its spelling, where the receiver cannot be followed: `ctx.prisma.user.create()`.

use crate::catalogue::AfterKind;
use crate::facts::{Expr, SiteKind, Use};
use crate::link::{ExprRef, Program};

/// How long a chain of members and calls may be.
const MAX_STEPS: usize = 24;

/// What a call looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guess {
    /// What it does.
    pub kind: AfterKind,
    /// It does nothing until it is awaited.
    pub lazy: bool,
}

/// The names of a chain from its root on, `()` for calls: `ctx`, `db`, `insert`, `()`, `values`.
pub(crate) fn chain<'p>(program: &Program<'p>, at: ExprRef) -> Vec<&'p str> {
    let mut names = Vec::with_capacity(8);
    let Some(module) = program.module(at.file) else { return names };
    let facts = &module.facts;
    let mut current = at.id;
    while names.len() < MAX_STEPS {
        current = match facts.expr(current) {
            Expr::Member { object, property } => {
                names.push(facts.text(property));
                object
            }
            Expr::Index { object, .. } => {
                names.push("*");
                object
            }
            Expr::Call(site) => match facts.site(site).kind {
                SiteKind::Call { callee, .. } => {
                    names.push("()");
                    callee
                }
                _ => break,
            },
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => value,
                _ => break,
            },
            Expr::Local(binding) => {
                names.push(facts.text(facts.binding(binding).name));
                break;
            }
            Expr::Global(name) => {
                names.push(facts.text(name));
                break;
            }
            Expr::This => {
                names.push("this");
                break;
            }
            _ => break,
        };
    }
    names.reverse();
    names
}

/// What the call of an expression that cannot be followed looks like.
pub(crate) fn guess(program: &Program<'_>, callee: ExprRef) -> Option<Guess> {
    let names = chain(program, callee);
    let (&method, receiver) = names.split_last()?;
    // Most calls are of none of these.
    if !is_known(method)
        && !receiver.iter().any(|name| matches!(*name, "from" | "insert" | "update" | "delete"))
    {
        return None;
    }
    let eager = |kind| Some(Guess { kind, lazy: false });
    let lazy = |kind| Some(Guess { kind, lazy: true });
    let holds = |ends: &[&str]| receiver.iter().any(|name| is_like(name, ends));
    let does = |steps: &[&str]| receiver.iter().any(|name| steps.contains(name)) || steps.contains(&method);
    if receiver.contains(&"from") && holds(&["supabase", "supabaseadmin", "supabaseclient"]) {
        return if does(&["insert", "update", "upsert", "delete"]) { lazy(AfterKind::Write) } else { None };
    }
    if let Some(kind) = of_model(method, receiver)
        && (holds(&["prisma", "prismaclient"])
            || (receiver.len() > 1 && holds(&["db", "tx", "trx", "database"])))
    {
        return lazy(kind);
    }
    if executes(method) && receiver.contains(&"()") && does(&["insertInto", "updateTable", "deleteFrom"]) {
        return eager(AfterKind::Write);
    }
    let drizzle = [("insert", "values"), ("update", "set"), ("delete", "where")];
    if drizzle.iter().any(|(first, then)| receiver.contains(first) && does(&[then]))
        && holds(&["db", "tx", "trx", "database"])
    {
        // These start it at once, and with half of the drivers for SQLite they also end it.
        if matches!(method, "run" | "all" | "get") {
            return None;
        }
        return lazy(AfterKind::Write);
    }
    // Without a filter it is a document's, and in a list of another document only marks: that one is saved.
    let marks = method == "deleteOne" && has_no_arguments(program, callee);
    if is_mongo_write(method) && !receiver.is_empty() && !marks {
        return eager(AfterKind::Write);
    }
    if is_cache_write(method) && holds(&["redis", "redisclient", "kv"]) {
        return eager(AfterKind::Cache);
    }
    if method == "sendMail" || (method == "send" && holds(&["resend"]) && does(&["emails"])) {
        return eager(AfterKind::Message);
    }
    if method == "trigger" && holds(&["pusher"]) {
        return eager(AfterKind::Message);
    }
    if ["create", "update", "cancel", "capture"].contains(&method) && receiver.len() > 1 && holds(&["stripe"])
    {
        return eager(AfterKind::Payment);
    }
    if (method == "send" && holds(&["inngest"]))
        || ["publishJSON", "enqueueJSON"].contains(&method)
        || (["add", "addBulk"].contains(&method) && holds(&["queue"]))
    {
        return eager(AfterKind::Enqueue);
    }
    None
}

/// What a method of a model does.
fn of_model(method: &str, receiver: &[&str]) -> Option<AfterKind> {
    match method {
        "createMany" | "updateMany" | "deleteMany" | "upsert" | "createManyAndReturn" => {
            Some(AfterKind::Write)
        }
        "create" | "update" | "delete" => (!receiver.contains(&"()")).then_some(AfterKind::Write),
        "findMany" | "findFirst" | "findUnique" | "findUniqueOrThrow" | "findFirstOrThrow" | "groupBy" => {
            Some(AfterKind::Read)
        }
        _ => None,
    }
}

/// Whether a name is one of these, or ends in one as a word of its own: `this.redis`, `baseQueue`.
fn is_like(name: &str, ends: &[&str]) -> bool {
    let name = name.trim_start_matches(['_', '#', '$']);
    let last = name.bytes().next_back().map(|byte| byte.to_ascii_lowercase());
    ends.iter().any(|end| {
        // Most names end in another letter, and cost no more than to see that.
        if end.bytes().next_back() != last {
            return false;
        }
        let Some(at) = name.len().checked_sub(end.len()) else { return false };
        let (Some(before), Some(tail)) = (name.get(..at), name.get(at..)) else { return false };
        let own_word = before.is_empty() || before.ends_with('_') || tail.starts_with(char::is_uppercase);
        own_word && tail.eq_ignore_ascii_case(end)
    })
}

/// Whether a method says enough to be asked about what it is called on.
fn is_known(method: &str) -> bool {
    of_model(method, &[]).is_some()
        || executes(method)
        || is_mongo_write(method)
        || is_cache_write(method)
        || matches!(
            method,
            "sendMail"
                | "send"
                | "trigger"
                | "cancel"
                | "capture"
                | "publishJSON"
                | "enqueueJSON"
                | "add"
                | "addBulk"
        )
}

fn executes(method: &str) -> bool {
    matches!(method, "execute" | "executeTakeFirst" | "executeTakeFirstOrThrow")
}

fn is_mongo_write(method: &str) -> bool {
    matches!(
        method,
        "insertOne"
            | "updateOne"
            | "deleteOne"
            | "replaceOne"
            | "findOneAndUpdate"
            | "findOneAndDelete"
            | "findByIdAndUpdate"
            | "findByIdAndDelete"
            | "bulkWrite"
    )
}

/// Whether what is called is given nothing.
fn has_no_arguments(program: &Program<'_>, callee: ExprRef) -> bool {
    let Some(facts) = program.module(callee.file).map(|module| &module.facts) else { return false };
    let Use::Part(call) = facts.use_of(callee.id) else { return false };
    let Expr::Call(site) = facts.expr(call) else { return false };
    matches!(facts.site(site).kind, SiteKind::Call { args, .. } if args.is_empty())
}

fn is_cache_write(method: &str) -> bool {
    matches!(
        method,
        "set"
            | "setex"
            | "setEx"
            | "del"
            | "unlink"
            | "expire"
            | "incr"
            | "incrby"
            | "decr"
            | "hset"
            | "hSet"
            | "hdel"
            | "hincrby"
            | "sadd"
            | "sAdd"
            | "srem"
            | "zadd"
            | "zAdd"
            | "zrem"
            | "zincrby"
            | "lpush"
            | "lPush"
            | "rpush"
            | "rPush"
            | "ltrim"
            | "publish"
    )
}
