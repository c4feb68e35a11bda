//! What the configuration speaks of and the project does not have.

use rustc_hash::FxHashSet;

use crate::config::{Globs, Mentioned};

use super::inputs::{Asked, Inputs};

/// Whether all that globs and packages can be about is looked at.
fn is_all(asked: &Asked<'_>) -> bool {
    asked.is_whole() && asked.scope.is_whole(asked.project)
}

/// A warning for each glob that matches nothing.
pub(super) fn globs(asked: &Asked<'_>) -> Vec<String> {
    let mentions = &asked.options.mentions;
    if mentions.is_empty() || !is_all(asked) {
        return Vec::new();
    }
    let path = |path: &str| asked.scope.path(path);
    let apps: Vec<String> = asked.project.apps.iter().filter_map(|app| path(&app.root)).collect();
    let files: Vec<String> = asked.project.files.iter().filter_map(|(_, file)| path(file)).collect();
    let any = |paths: &[String], globs: &Globs| paths.iter().any(|path| globs.matches(path));
    let idle = mentions.iter().filter_map(|mention| {
        let (origin, text) = (&mention.origin, &mention.text);
        match &mention.of {
            Mentioned::Path(globs) | Mentioned::App(globs) if !any(&apps, globs) && !any(&files, globs) => {
                Some(format!("{origin}: no file or app matches `{text}`"))
            }
            Mentioned::App(globs) if !any(&apps, globs) => Some(format!(
                "{origin}: `{text}` matches files and no app, but `target` and `plan` are of apps"
            )),
            _ => None,
        }
    });
    idle.collect()
}

/// The packages, each with the warning that is due if the code of no app imports it.
pub(super) fn packages(asked: &Asked<'_>) -> Vec<(String, String)> {
    if !is_all(asked) {
        return Vec::new();
    }
    let packages = asked.options.mentions.iter().filter(|mention| matches!(mention.of, Mentioned::Package));
    let warned = packages.map(|mention| {
        let (origin, text) = (&mention.origin, &mention.text);
        (text.clone(), format!("{origin}: no code that routes reach imports `{text}`"))
    });
    warned.collect()
}

/// Those of the packages that the code of an app imports, as it is written there.
pub(super) fn imported(inputs: &Inputs<'_>, packages: &[(String, String)]) -> Vec<String> {
    if packages.is_empty() {
        return Vec::new();
    }
    let mut specifiers = FxHashSet::default();
    for (_, module) in inputs.program.modules() {
        let facts = &module.facts;
        specifiers.extend(facts.requests.iter().map(|request| facts.text(request.specifier)));
    }
    let packages = packages.iter().map(|(package, _)| package);
    packages.filter(|package| specifiers.contains(package.as_str())).cloned().collect()
}
