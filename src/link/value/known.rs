//! What is remembered of values, so that a name that a thousand expressions use is followed once.
//!
//! A value depends on nothing but the code and how much of [`MAX_DEPTH`] is left, so whoever asks first, on
//! whatever thread, everybody gets the same answer. An answer that was found within the limit is good wherever as much is left as
//! it took. One that met the limit, as every cycle does, is good at its own depth only.

use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::search::Search;
use super::{FunctionRef, MAX_DEPTH, Value};
use crate::facts::{BindingId, ModuleFacts};
use crate::link::Modules;
use crate::span::FileId;

/// The values of bindings and the results of functions, as far as somebody asked for them.
#[derive(Debug)]
pub(in crate::link) struct KnownValues<'p> {
    /// What was found within the limit, by file; made for a module when its first value is asked for.
    found: Vec<OnceLock<Table<'p>>>,
    /// What met the limit, by the depth at which it was asked for.
    cut: Mutex<FxHashMap<(Wanted, u32), Value<'p>>>,
}

/// The values that were found in one module.
#[derive(Debug)]
struct Table<'p> {
    bindings: Box<[OnceLock<Answer<'p>>]>,
    functions: Box<[OnceLock<Answer<'p>>]>,
}

/// A value, and how many steps it took to find.
#[derive(Debug)]
struct Answer<'p> {
    value: Value<'p>,
    steps: u32,
}

/// Something whose value is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    /// What a binding is.
    Binding(FileId, BindingId),
    /// What a function returns.
    Returned(FunctionRef),
}

impl<'p> KnownValues<'p> {
    /// Nothing is known yet.
    pub(in crate::link) fn new(modules: &Modules) -> Self {
        Self { found: modules.table.iter().map(|_| OnceLock::new()).collect(), cut: Mutex::default() }
    }

    fn place(&self, wanted: Wanted, facts: &ModuleFacts) -> Option<&OnceLock<Answer<'p>>> {
        let (Wanted::Binding(file, _) | Wanted::Returned(FunctionRef { file, .. })) = wanted;
        let table = self.found.get(file.index())?.get_or_init(|| Table {
            bindings: facts.bindings.iter().map(|_| OnceLock::new()).collect(),
            functions: facts.functions.iter().map(|_| OnceLock::new()).collect(),
        });
        match wanted {
            Wanted::Binding(_, id) => table.bindings.get(id.index()),
            Wanted::Returned(function) => table.functions.get(function.id.index()),
        }
    }
}

impl<'p> Search<'_, 'p> {
    /// What is known of something, else what `follow` finds.
    pub(super) fn remembered(
        &self,
        wanted: Wanted,
        (facts, depth): (&ModuleFacts, u32),
        follow: impl FnOnce() -> Value<'p>,
    ) -> Value<'p> {
        // First of all, since another thread may know the answer by now.
        if self.is_current(wanted) {
            return Value::Unknown;
        }
        let known = &self.program.values;
        let Some(place) = known.place(wanted, facts) else { return Value::Unknown };
        if let Some(answer) = place.get()
            && !self.is_too_deep(depth + answer.steps)
        {
            return answer.value.clone();
        }
        if self.is_too_deep(depth) {
            return Value::Unknown;
        }
        let cut = || known.cut.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = cut().get(&(wanted, depth)) {
            self.is_too_deep(MAX_DEPTH + 1);
            return value.clone();
        }
        let (value, deepest) = self.work_out(wanted, depth, follow);
        if deepest > MAX_DEPTH {
            cut().insert((wanted, depth), value.clone());
        } else {
            // Another thread may have been faster, with the same answer.
            let _ = place.set(Answer { value: value.clone(), steps: deepest - depth });
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::catalogue::Catalogue;
    use crate::facts::{BindingId, FunctionId};
    use crate::link::{FunctionRef, Program, Value};
    use crate::load::load;
    use crate::project::{DiscoverOptions, Project};
    use crate::span::FileId;

    use super::super::search::Search;

    /// Names in circles of one, two and three, through both modules, and a chain that is followed too far.
    fn write(root: &std::path::Path) {
        let chain: String = (1..90).map(|i| format!("const c{i} = c{};\n", i - 1)).collect();
        let route = format!(
            "import {{ Pool }} from 'pg';\nimport {{ other, back }} from './other';\n\
             export const one = other || back;\nlet self = self.next; self = self.more || new Pool();\n\
             const a = b || f(); const b = c.x || a; const c = a || b || new Pool();\n\
             function f() {{ if (a) return g(); return b }}\nfunction g() {{ if (b) return f(); return c }}\n\
             const c0 = new Pool();\n{chain}export function GET() {{ return [one, self, a, b, c, f(), g(), c89] }}\n"
        );
        let other =
            "import { one } from './route';\nexport const other = one;\nexport const back = one || other;\n";
        fs::create_dir_all(root.join("app/api")).expect("a folder");
        fs::write(root.join("package.json"), r#"{"dependencies":{"next":"15.0.0"}}"#).expect("a file");
        fs::write(root.join("app/api/route.ts"), route).expect("a file");
        fs::write(root.join("app/api/other.ts"), other).expect("a file");
    }

    /// Every value of a program that nobody has asked yet, in the order in which `order` puts the questions.
    fn answers(
        project: &Project,
        order: impl Fn(&mut Vec<(FileId, u32, bool)>),
    ) -> Vec<((FileId, u32, bool), String)> {
        let loaded = load(project, 1 << 20);
        let catalogue = Catalogue::builtin().expect("the catalogue");
        let program = Program::link(project, &loaded.modules, &catalogue);
        let mut questions = Vec::new();
        for (file, module) in program.modules() {
            questions.extend((0..).zip(&module.facts.bindings).map(|(id, _)| (file, id, false)));
            questions.extend((0..).zip(&module.facts.functions).map(|(id, _)| (file, id, true)));
        }
        let fresh = Program { values: super::KnownValues::new(&loaded.modules), ..program };
        order(&mut questions);
        let mut answers: Vec<_> = questions
            .into_iter()
            .map(|(file, id, returned)| {
                let value: Value<'_> = if returned {
                    Search::new(&fresh).returned(FunctionRef { file, id: FunctionId(id) }, 0)
                } else {
                    fresh.binding_value(file, BindingId(id))
                };
                ((file, id, returned), format!("{value:?}"))
            })
            .collect();
        answers.sort();
        answers
    }

    #[test]
    fn who_asks_first_changes_no_answer() {
        let root = tempfile::tempdir().expect("a folder");
        write(root.path());
        let project = Project::discover(root.path(), &DiscoverOptions::default()).expect("a project");
        let forwards = answers(&project, |_| {});
        assert!(forwards.iter().any(|(_, value)| value.contains("Made")), "{forwards:?}");
        assert_eq!(answers(&project, |questions| questions.reverse()), forwards);
        assert_eq!(answers(&project, |questions| questions.rotate_left(17)), forwards);
        assert_eq!(answers(&project, |questions| questions.sort_by_key(|q| (q.1 * 7919) % 101)), forwards);
    }
}
