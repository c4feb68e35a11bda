//! Words that code says: strings and keys in the modules that an API loads.

use crate::facts::{Expr, ModuleFacts, Name, PropertyKey};
use crate::report::{Evidence, SourceText};
use crate::syntax;

use super::ground::{Ground, sign};

/// The first place, by file, in which a module that the API loads says one of these words as a whole string or key,
/// whatever its case. `text` says what that means.
pub(super) fn first(ground: &Ground<'_>, loaded: &[u32], words: &[&str], text: &str) -> Option<Evidence> {
    let survey = ground.survey;
    let project = &survey.project;
    let mut files: Vec<_> = project.files.iter().map(|(file, path)| (project.display(path), file)).collect();
    files.sort();
    loaded.iter().find_map(|&index| {
        let path = survey.imports.file(index);
        let at = files.binary_search_by(|(known, _)| known.as_str().cmp(path)).ok()?;
        let file = files.get(at)?.1;
        let facts = &survey.modules.table.get(file.index())?.as_deref()?.facts;
        let offset = offset(facts, words)?;
        let bytes = project.read(file, u64::from(u32::MAX)).ok()?.ok()?;
        let source = SourceText::new(syntax::decode(bytes).text);
        Some(sign(text, path, Some(source.position(offset).line)))
    })
}

/// Where a module says one of the words.
fn offset(facts: &ModuleFacts, words: &[&str]) -> Option<u32> {
    let is_word = |name: &Name| words.iter().any(|word| facts.text(*name).eq_ignore_ascii_case(word));
    if !(0..).map(Name).zip(facts.names.iter()).any(|(name, _)| is_word(&name)) {
        return None;
    }
    (0..).zip(&facts.exprs).find_map(|(at, expr)| match expr {
        Expr::Str(name) if is_word(name) => facts.starts.get(at as usize).copied(),
        Expr::Object(list) => {
            let entry = facts
                .object(*list)
                .iter()
                .find(|entry| matches!(&entry.key, PropertyKey::Name(key) if is_word(key)))?;
            facts.starts.get(entry.value.index()).copied()
        }
        _ => None,
    })
}
