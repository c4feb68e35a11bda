//! What is set for a part of the repository, ready to be asked.

use std::collections::BTreeMap;

use crate::diagnostic::FileProblem;
use crate::project::Target;

use super::globs::Globs;
use super::places::Places;
use super::schema::{Config, Level, Plan};
use super::setting::RuleSetting;

/// What is set for a part of the repository.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// The part; `None` for all of it.
    pub files: Option<Globs>,
    /// Rules that are named; without a level they are on, with the severity of their page.
    pub rules: BTreeMap<String, Option<Level>>,
    /// The target of its apps.
    pub target: Option<Target>,
    /// The plan of its apps.
    pub plan: Option<Plan>,
    /// The file that says so.
    pub source: String,
}

/// What holds for one rule after all layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No layer names it.
    Unnamed,
    /// It runs with the severity of its page.
    On,
    /// It runs with this severity, or is off.
    Level(Level),
}

impl Layer {
    /// Whether the layer is about a file or a folder (relative to the configuration's folder).
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.files.as_ref().is_none_or(|files| files.matches(path))
    }
}

/// What the layers that are chosen say of a rule; the last one decides.
pub fn verdict<'l>(layers: impl IntoIterator<Item = &'l Layer>, rule: &str) -> Verdict {
    let named = layers.into_iter().filter_map(|layer| layer.rules.get(rule)).last();
    named.map_or(Verdict::Unnamed, |level| level.map_or(Verdict::On, Verdict::Level))
}

/// The layers of a configuration, the one for everything first; globs that are none are added to `problems`.
pub(super) fn layers(
    config: &Config,
    source: &str,
    check: &mut impl FnMut(&[&str], &[String]) -> Globs,
) -> Vec<Layer> {
    let mut layers = vec![Layer {
        files: None,
        rules: levels(&config.rules),
        target: config.target,
        plan: config.plan,
        source: source.to_owned(),
    }];
    for (index, entry) in config.overrides.iter().enumerate() {
        layers.push(Layer {
            files: Some(check(&["overrides", &index.to_string(), "files"], &entry.files)),
            rules: levels(&entry.rules),
            target: entry.target,
            plan: entry.plan,
            source: source.to_owned(),
        });
    }
    layers
}

fn levels(rules: &BTreeMap<String, RuleSetting>) -> BTreeMap<String, Option<Level>> {
    rules.iter().map(|(id, setting)| (id.clone(), setting.level())).collect()
}

/// Makes sets of globs, and keeps what is wrong with them.
pub(super) fn glob_checker<'a>(
    places: &'a Places,
    prefix: &'a [String],
    problems: &'a mut Vec<FileProblem>,
) -> impl FnMut(&[&str], &[String]) -> Globs + 'a {
    move |path, globs| {
        Globs::new(globs).unwrap_or_else(|(index, message)| {
            let mut at = prefix.to_vec();
            at.extend(path.iter().map(|&part| part.to_owned()));
            at.push(index.to_string());
            let text = globs.get(index).map_or("", String::as_str);
            problems.push(FileProblem {
                message: format!("`{text}` is not a glob: {message}"),
                help: None,
                span: places.get(&at).value,
            });
            Globs::default()
        })
    }
}
