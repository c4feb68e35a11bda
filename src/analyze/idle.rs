//! What the configuration speaks of and the project does not have.

use rustc_hash::FxHashSet;

use crate::config::{Globs, Mentioned};

use super::inputs::Inputs;

/// A warning for each glob that matches nothing and each package that nothing imports, if all that they can be about
/// was looked at.
pub(super) fn warnings(inputs: &Inputs<'_>) -> Vec<String> {
    let mentions = &inputs.options.mentions;
    if mentions.is_empty() || !inputs.is_whole() || !inputs.scope.is_whole(inputs.project) {
        return Vec::new();
    }
    let path = |path: &str| inputs.scope.path(path);
    let apps: Vec<String> = inputs.project.apps.iter().filter_map(|app| path(&app.root)).collect();
    let files: Vec<String> = inputs.project.files.iter().filter_map(|(_, file)| path(file)).collect();
    let any = |paths: &[String], globs: &Globs| paths.iter().any(|path| globs.matches(path));
    let imported = imported(inputs);
    let idle = mentions.iter().filter_map(|mention| {
        let (origin, text) = (&mention.origin, &mention.text);
        match &mention.of {
            Mentioned::Path(globs) | Mentioned::App(globs) if !any(&apps, globs) && !any(&files, globs) => {
                Some(format!("{origin}: no file or app matches `{text}`"))
            }
            Mentioned::App(globs) if !any(&apps, globs) => Some(format!(
                "{origin}: `{text}` matches files and no app, but `target` and `plan` are of apps"
            )),
            Mentioned::Package if imported.as_ref().is_some_and(|all| !all.contains(text.as_str())) => {
                Some(format!("{origin}: no code that routes reach imports `{text}`"))
            }
            _ => None,
        }
    });
    idle.collect()
}

/// Everything that the code imports, as it is written there; `None` if some of the code could not be read.
fn imported<'a>(inputs: &'a Inputs<'_>) -> Option<FxHashSet<&'a str>> {
    if !inputs.loaded.skipped.is_empty() || !inputs.loaded.unreadable.is_empty() {
        return None;
    }
    let mut specifiers = FxHashSet::default();
    for (_, module) in inputs.program.modules() {
        let facts = &module.facts;
        if facts.problems.iter().any(|problem| problem.fatal) {
            return None;
        }
        specifiers.extend(facts.requests.iter().map(|request| facts.text(request.specifier)));
    }
    Some(specifiers)
}
