//! What is known of a holder: its form, what requests put there, and questions about both.

use super::super::apis::Apis;
use super::super::arguments::value_from_request;
use super::super::effects::EffectMap;
use super::collect::{Accesses, Change, How, Read, Write};
use super::form::{Form, form};
use super::lists::{BUFFER, PRECIOUS, SERIAL};
use super::names::{Hints, has_word, hints, last_word};
use super::resolve::Holder;
use super::stored::{Stored, settled, stored};
use super::subject::Subject;
use super::times::{adds, compares_time, tells_time};
use super::ways::{apart, is_answered};
use crate::facts::{ContextKind, Expr, ExprId};
use crate::link::{ExprRef, Program};

/// What is known of a holder.
pub(super) struct View<'a, 'p> {
    pub program: &'a Program<'p>,
    pub apis: &'a Apis<'p>,
    pub effects: &'a EffectMap,
    pub subject: &'a Subject,
    pub accesses: &'a Accesses,
    pub form: Form,
    pub hints: Hints,
    /// What requests put there.
    pub puts: Vec<Write>,
    pub values: Vec<Stored>,
}

impl<'a, 'p> View<'a, 'p> {
    pub(super) fn new(
        program: &'a Program<'p>,
        (apis, effects): (&'a Apis<'p>, &'a EffectMap),
        subject: &'a Subject,
        accesses: &'a Accesses,
    ) -> Option<Self> {
        let form = whole_form(program, apis, subject, accesses);
        let contains = matches!(form, Form::Container | Form::Package);
        let counts = |write: &&Write| contains || (write.depth == 0 && !write.method);
        let puts: Vec<Write> = accesses
            .writes
            .iter()
            .filter(counts)
            .filter(|write| write.request && write.kind != Change::Remove)
            .copied()
            .collect();
        let value = |put: &Write| stored(program, apis, ExprRef { file: put.file, id: put.value }, 0);
        let (puts, values): (Vec<Write>, Vec<Stored>) = puts
            .into_iter()
            .map(|put| (put, value(&put)))
            .filter(|(put, value)| put.kind == Change::Count || !value.nothing)
            .unzip();
        let of = |names: &[String]| hints(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let near = of(&subject.near);
        let hints = Hints { harmless: near.harmless, lock: near.lock, ..of(&subject.names) };
        let view = Self { program, apis, effects, subject, accesses, form, hints, puts, values };
        (!view.puts.is_empty() && !matches!(form, Form::Weak)).then_some(view)
    }

    /// `const PLANS = { free: … }`: a table, whatever is done with its rows.
    pub(super) fn is_constant(&self) -> bool {
        let loud = self.subject.name.chars().all(|c| !c.is_lowercase());
        let filled = self.subject.initial.is_some_and(|at| {
            self.program.module(at.file).is_some_and(|module| match module.facts.expr(at.id) {
                Expr::Object(list) | Expr::Array(list) => !list.is_empty(),
                _ => false,
            })
        });
        loud && filled
    }

    /// A list that is gathered and then sent on as a whole.
    pub(super) fn is_buffer(&self) -> bool {
        let listed = self.puts.iter().all(|put| put.key == ExprId::UNKNOWN && put.kind == Change::Put);
        listed && matches!(self.form, Form::Container) && self.name_has(BUFFER)
    }

    /// `lib/rate-limit.ts` says what is in it.
    pub(super) fn in_limiter_file(&self) -> bool {
        let path = self.program.project.files.path(self.subject.at.file);
        path.rsplit('/')
            .next()
            .is_some_and(|name| has_word(name, &["rate", "ratelimit", "limit", "limiter", "throttle"]))
    }

    pub(super) fn counts(&self) -> bool {
        self.puts.iter().any(|put| {
            put.kind == Change::Count || adds(self.program, ExprRef { file: put.file, id: put.value }, 0)
        })
    }

    /// Whether there are entries by key; `map.set(ip, [])` makes one, though nothing is in it yet.
    pub(super) fn keyed(&self) -> bool {
        let mut puts = self.accesses.writes.iter().filter(|w| w.request && w.kind != Change::Remove);
        puts.any(|put| put.key != ExprId::UNKNOWN)
    }

    /// Keys are not all written out.
    pub(super) fn keys_vary(&self) -> bool {
        self.puts.iter().any(|put| {
            let facts = self.program.module(put.file).map(|m| m.facts.expr(put.key));
            put.key != ExprId::UNKNOWN && !matches!(facts, Some(Expr::Str(_) | Expr::Number(_)))
        })
    }

    pub(super) fn tells_time(&self, file: crate::span::FileId, id: ExprId) -> bool {
        tells_time(self.program, self.apis, ExprRef { file, id })
    }

    pub(super) fn in_finally(&self) -> bool {
        self.accesses.writes.iter().any(|write| {
            self.program.module(write.file).is_some_and(|module| {
                let context = module.facts.site(write.site).context;
                module.facts.contexts_from(context).any(|c| c.kind == ContextKind::Finally)
            })
        })
    }

    /// What is put there is also taken away by the function that puts it.
    pub(super) fn is_released(&self) -> bool {
        self.accesses.writes.iter().any(|write| {
            let gone = write.kind == Change::Remove || {
                stored(self.program, self.apis, ExprRef { file: write.file, id: write.value }, 0).nothing
                    && write.kind == Change::Put
            };
            gone && write.request && self.puts.iter().any(|put| put.function == write.function)
        })
    }

    pub(super) fn guarded(&self, put: &Write) -> bool {
        let Some(module) = self.program.module(put.file) else { return false };
        let tests = self.program.tests(put.file, module.facts.site(put.site).context);
        tests.into_iter().any(|id| self.accesses.touched.contains(&ExprRef { file: put.file, id }))
    }

    pub(super) fn any_guarded(&self) -> bool {
        self.puts.iter().any(|put| self.guarded(put))
    }

    pub(super) fn all_guarded(&self) -> bool {
        self.puts.iter().all(|put| self.guarded(put))
    }

    /// Whether what is read has an age: it is compared with the time, or used only while something else is young.
    pub(super) fn by_time(&self) -> bool {
        self.accesses.reads.iter().any(|read| read.how == How::Order && self.tells_time(read.file, read.expr))
            || self.puts.iter().any(|put| {
                let Some(module) = self.program.module(put.file) else { return false };
                let tests = self.program.tests(put.file, module.facts.site(put.site).context);
                tests.into_iter().any(|id| {
                    let test = ExprRef { file: put.file, id };
                    self.accesses.touched.contains(&test) && compares_time(self.program, self.apis, test, 0)
                })
            })
    }

    pub(super) fn keys_from_request(&self) -> bool {
        self.puts.iter().any(|put| {
            put.key != ExprId::UNKNOWN
                && value_from_request(self.program, ExprRef { file: put.file, id: put.key })
        })
    }

    pub(super) fn values_from_request(&self) -> bool {
        self.puts.iter().any(|put| {
            let Some(module) = self.program.module(put.file) else { return false };
            let id = settled(module, put.value).unwrap_or(put.value);
            id != ExprId::UNKNOWN && value_from_request(self.program, ExprRef { file: put.file, id })
        })
    }

    /// Whether something else reads than what writes; what is tested before it is written was written before.
    pub(super) fn read_elsewhere(&self) -> bool {
        self.accesses.reads.iter().any(|read| {
            matches!(read.how, How::Value | How::Presence | How::Order)
                && !read.size
                && self
                    .puts
                    .iter()
                    .any(|put| put.function != read.function || self.guarded(put) || self.is_apart(put, read))
        })
    }

    /// Whether one function does the one or the other.
    pub(super) fn is_apart(&self, put: &Write, read: &Read) -> bool {
        self.program.module(read.file).is_some_and(|module| apart(&module.facts, put, read))
    }

    /// Counts by what the request says, which somebody is told.
    pub(super) fn shows_counts(&self) -> bool {
        let told = |read: &Read| {
            read.how == How::Value
                && self.program.module(read.file).is_some_and(|module| is_answered(&module.facts, read.expr))
        };
        let counted =
            |(put, value): (&Write, &Stored)| put.kind == Change::Count || (value.number && !value.data);
        self.counts()
            && self.keys_from_request()
            && self.puts.iter().zip(&self.values).all(counted)
            && !self.name_has(SERIAL)
            && self.accesses.reads.iter().any(told)
    }

    /// Whether nothing but its presence is ever asked for.
    pub(super) fn only_asked(&self) -> bool {
        self.accesses.reads.iter().all(|read| read.how == How::Presence || read.size)
    }

    /// Whether only the functions that write read as well.
    pub(super) fn read_only_here(&self) -> bool {
        let entries = || self.puts.iter().filter(|put| put.depth <= 1);
        self.accesses.reads.iter().all(|read| entries().any(|put| put.function == read.function))
    }

    pub(super) fn precious(&self) -> bool {
        self.name_has(PRECIOUS) || self.puts.iter().any(|put| self.key_begins(put, PRECIOUS))
    }

    /// `` `otp:${email}` ``
    pub(super) fn key_begins(&self, put: &Write, list: &[&str]) -> bool {
        let Some(module) = self.program.module(put.file) else { return false };
        let facts = &module.facts;
        let text = match facts.expr(put.key) {
            Expr::Template(parts) => facts.list(parts).first().map(|&id| facts.expr(id)),
            other => Some(other),
        };
        matches!(text, Some(Expr::Str(name)) if has_word(facts.text(name), list))
    }

    pub(super) fn name_has(&self, list: &[&str]) -> bool {
        self.subject.names.iter().any(|name| has_word(name, list))
    }

    /// Names say last what they are: `clientSessions` are sessions, `sessionClients` are clients.
    pub(super) fn last_word_is(&self, list: &[&str]) -> bool {
        last_word(&self.subject.name).is_some_and(|word| has_word(&word, list))
    }
}

/// The form of a holder: of its first value, else of what is put there.
fn whole_form(program: &Program<'_>, apis: &Apis<'_>, subject: &Subject, accesses: &Accesses) -> Form {
    let mut found = match subject.initial {
        Some(at) => form(program, apis, at, 0),
        None => Form::Variable,
    };
    if matches!(found, Form::Variable) {
        let later = accesses.writes.iter().filter(|w| w.depth == 0 && w.kind == Change::Put && !w.method);
        for write in later {
            let more = form(program, apis, ExprRef { file: write.file, id: write.value }, 0);
            // `let last = null; last = { id }` is a variable; `let items; items = []` holds things.
            let empty = stored(program, apis, ExprRef { file: write.file, id: write.value }, 0).nothing;
            if matches!(more, Form::Package | Form::Weak) || (empty && matches!(more, Form::Container)) {
                found = more;
            }
        }
    }
    if matches!(subject.holder, Holder::Global(_)) && matches!(found, Form::Opaque) {
        return Form::Variable;
    }
    found
}
