//! What is set for a part of the repository, ready to be asked.

use std::collections::BTreeMap;

use crate::diagnostic::{Confidence, FileProblem};
use crate::project::Target;
use crate::rules::RuleChoices;

use super::globs::Globs;
use super::options::choices;
use super::places::Places;
use super::schema::{Config, Level, Plan};
use super::setting::Rules;

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
    /// Findings that are less sure are hidden.
    pub min_confidence: Option<Confidence>,
    /// The options of rules.
    pub choices: RuleChoices,
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

/// What the layers that are chosen say of a rule, by what each that names it says; the last that gives it a severity
/// decides.
pub fn verdict<'l>(named: impl IntoIterator<Item = &'l Option<Level>>) -> Verdict {
    named.into_iter().fold(Verdict::Unnamed, |before, level| match (level, before) {
        (Some(level), _) => Verdict::Level(*level),
        (None, Verdict::Unnamed) => Verdict::On,
        // An object that holds options only says nothing of the severity.
        (None, before) => before,
    })
}

/// Adds the options of rules to their layers; what is wrong with them is added to `problems`.
pub(super) fn add_choices(
    layers: &mut [Layer],
    config: &Config,
    (places, prefix): (&Places, &[String]),
    problems: &mut Vec<FileProblem>,
) {
    let whole = (vec!["rules".to_owned()], &config.rules);
    let entries = config.overrides.iter().enumerate();
    let parts =
        entries.map(|(at, entry)| (vec!["overrides".into(), at.to_string(), "rules".into()], &entry.rules));
    for (layer, (path, rules)) in layers.iter_mut().zip(std::iter::once(whole).chain(parts)) {
        layer.choices = choices(rules, (places, &[prefix, &path].concat()), problems);
    }
}

/// The layers of a configuration without the options of rules, the one for everything first; globs that are none are added to `problems`.
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
        min_confidence: config.min_confidence,
        choices: RuleChoices::default(),
        source: source.to_owned(),
    }];
    for (index, entry) in config.overrides.iter().enumerate() {
        layers.push(Layer {
            files: Some(check(&["overrides", &index.to_string(), "files"], &entry.files)),
            rules: levels(&entry.rules),
            target: entry.target,
            plan: entry.plan,
            min_confidence: entry.min_confidence,
            choices: RuleChoices::default(),
            source: source.to_owned(),
        });
    }
    layers
}

fn levels(rules: &Rules) -> BTreeMap<String, Option<Level>> {
    rules.0.iter().map(|(id, setting)| (id.clone(), setting.level())).collect()
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
