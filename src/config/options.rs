//! The options of rules, by the rules that have some.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};

use crate::diagnostic::FileProblem;
use crate::rules::{Growth, RuleChoices};

use super::places::Places;
use super::schema::Level;
use super::setting::Rules;

/// Severity and options of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum RuleOptions {
    /// Of a rule that has none.
    Plain(Plain),
    /// Of `uncapped-query`.
    UncappedQuery(UncappedQuery),
    /// Of `local-file-write`.
    LocalFileWrite(KeptFolders),
    /// Of `local-database-file`.
    LocalDatabaseFile(KeptFolders),
    /// Of `blocking-wait`.
    BlockingWait(BlockingWait),
}

/// Severity of a rule that has no options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schemars(rename = "RuleOptions")]
pub struct Plain {
    /// Its severity; without it, that of its page for each app's target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Level>,
}

/// Severity and options of `uncapped-query`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct UncappedQuery {
    /// Its severity; without it, that of its page for each app's target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Level>,
    /// Whether tables, collections or models grow, by name, where their names do not tell.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, TableGrowth>,
}

/// Whether a table grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableGrowth {
    /// It stays small: reading all of it is fine.
    Small,
    /// It grows with every use: reading all rows of one customer is too much.
    Growing,
}

/// Severity of a rule about files, and where files are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct KeptFolders {
    /// Its severity; without it, that of its page for each app's target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Level>,
    /// Folders that outlive an instance, such as mounted volumes: absolute, or relative to the folder that the app
    /// runs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_folders: Option<Vec<String>>,
}

/// Severity and options of `blocking-wait`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct BlockingWait {
    /// Its severity; without it, that of its page for each app's target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Level>,
    /// The shortest wait that is reported, in seconds; without it 5 for one pause, 10 for those of a loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub min_seconds: Option<u32>,
}

impl RuleOptions {
    /// Reads the options of a rule.
    pub(super) fn read<'de, D: Deserializer<'de>>(rule: &str, from: D) -> Result<Self, D::Error> {
        match rule {
            "uncapped-query" => UncappedQuery::deserialize(from).map(Self::UncappedQuery),
            "local-file-write" => KeptFolders::deserialize(from).map(Self::LocalFileWrite),
            "local-database-file" => KeptFolders::deserialize(from).map(Self::LocalDatabaseFile),
            "blocking-wait" => BlockingWait::deserialize(from).map(Self::BlockingWait),
            _ => Plain::deserialize(from).map(Self::Plain),
        }
    }

    /// The schema of a rule's options; `None` if it has none.
    pub(super) fn schema(rule: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
        match rule {
            "uncapped-query" => Some(generator.subschema_for::<UncappedQuery>()),
            "local-file-write" | "local-database-file" => Some(generator.subschema_for::<KeptFolders>()),
            "blocking-wait" => Some(generator.subschema_for::<BlockingWait>()),
            _ => None,
        }
    }

    /// The severity that is set, if one is.
    pub(super) const fn severity(&self) -> Option<Level> {
        match self {
            Self::Plain(Plain { severity })
            | Self::UncappedQuery(UncappedQuery { severity, .. })
            | Self::LocalFileWrite(KeptFolders { severity, .. })
            | Self::LocalDatabaseFile(KeptFolders { severity, .. })
            | Self::BlockingWait(BlockingWait { severity, .. }) => *severity,
        }
    }

    fn add_to(&self, choices: &mut RuleChoices) {
        match self {
            Self::Plain(_) => {}
            Self::UncappedQuery(options) => {
                let growth = |growth| match growth {
                    TableGrowth::Small => Growth::Small,
                    TableGrowth::Growing => Growth::Growing,
                };
                choices.tables =
                    options.tables.iter().map(|(name, &of)| (name.clone(), growth(of))).collect();
            }
            Self::LocalFileWrite(options) => choices.file_folders.clone_from(&options.kept_folders),
            Self::LocalDatabaseFile(options) => choices.database_folders.clone_from(&options.kept_folders),
            Self::BlockingWait(options) => choices.shortest_wait = options.min_seconds,
        }
    }

    /// The option that is wrong, with its element in a list, and why.
    fn wrong(&self) -> Option<(Vec<String>, String)> {
        match self {
            Self::UncappedQuery(options) => {
                let nameless = options.tables.keys().find(|name| !name.contains(char::is_alphanumeric))?;
                Some((
                    vec!["tables".into(), nameless.clone()],
                    format!("`{nameless}` is not the name of a table"),
                ))
            }
            Self::LocalFileWrite(options) | Self::LocalDatabaseFile(options) => {
                let folders = options.kept_folders.iter().flatten().enumerate();
                let (at, folder) =
                    folders.into_iter().find(|(_, name)| name.is_empty() || name.contains('*'))?;
                let message =
                    format!("`{folder}` is not a folder: write it out; all that is below it counts");
                Some((vec!["keptFolders".into(), at.to_string()], message))
            }
            Self::BlockingWait(BlockingWait { min_seconds: Some(0), .. }) => {
                Some((vec!["minSeconds".into()], "expected at least 1 second".to_owned()))
            }
            Self::Plain(_) | Self::BlockingWait(_) => None,
        }
    }
}

/// The options of these rules, which stand at `path`; what is wrong with them is added to `problems`.
pub(super) fn choices(
    rules: &Rules,
    (places, path): (&Places, &[String]),
    problems: &mut Vec<FileProblem>,
) -> RuleChoices {
    let mut choices = RuleChoices::default();
    for (id, options) in rules.0.iter().filter_map(|(id, setting)| Some((id, setting.options()?))) {
        options.add_to(&mut choices);
        if let Some((option, message)) = options.wrong() {
            let span = places.get(&[path, std::slice::from_ref(id), &option].concat()).value;
            problems.push(FileProblem { message, help: None, span });
        }
    }
    choices
}
