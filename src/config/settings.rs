//! A configuration that was read and checked.

use std::path::{Path, PathBuf};

use crate::catalogue::OwnEntries;
use crate::diagnostic::{FileProblem, similar};

use super::catalogue::entries;
use super::globs::Globs;
use super::layer::{Layer, add_choices, glob_checker, layers};
use super::mention::{Mention, mentions};
use super::places::Places;
use super::schema::{Config, FileSize};
use super::size::parse_size;

/// A configuration that was read and checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file as people see it.
    pub file: String,
    /// The folder that its globs are relative to.
    pub folder: PathBuf,
    /// What it says.
    pub config: Config,
    /// `include`; `None` for everything.
    pub include: Option<Globs>,
    /// `exclude`
    pub exclude: Globs,
    /// Rules, targets and plans: those for everything, then the overrides in their order.
    pub layers: Vec<Layer>,
    /// `maxFileSize` in bytes.
    pub max_file_size: Option<u64>,
    /// `catalogue`
    pub catalogue: OwnEntries,
    places: Places,
    prefix: Vec<String>,
    /// Offset of each line's first byte.
    lines: Vec<u32>,
}

impl Settings {
    /// Checks what the structs cannot: ids of rules, globs, sizes, packages.
    pub(super) fn new(
        config: Config,
        places: Places,
        (file, text, key): (String, &str, Option<&str>),
        folder: &Path,
        own: &[&'static str],
    ) -> Result<Self, Vec<FileProblem>> {
        let prefix: Vec<String> = key.into_iter().map(str::to_owned).collect();
        let mut problems = unknown_rules(&config, &places, &prefix, own);
        let mut globs = glob_checker(&places, &prefix, &mut problems);
        let include = config.include.as_ref().map(|list| globs(&["include"], list));
        let exclude = globs(&["exclude"], &config.exclude);
        let mut layers = layers(&config, &file, &mut globs);
        drop(globs);
        add_choices(&mut layers, &config, (&places, &prefix), &mut problems);
        let max_file_size = size(&config, &places, &prefix).map_err(|p| problems.push(p)).unwrap_or_default();
        let catalogue = entries(&config.catalogue, &places, &prefix, &mut problems);
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.span);
            return Err(problems);
        }
        let starts = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
        let lines = std::iter::once(0).chain(starts).collect();
        let folder = folder.to_path_buf();
        Ok(Self {
            file,
            folder,
            config,
            include,
            exclude,
            layers,
            max_file_size,
            catalogue,
            places,
            prefix,
            lines,
        })
    }

    /// `routelint.jsonc:4`, if the file says something at this path.
    #[must_use]
    pub fn origin(&self, path: &[&str]) -> Option<String> {
        let mut whole = self.prefix.clone();
        whole.extend(path.iter().map(|&part| part.to_owned()));
        let start = self.places.has(&whole).then(|| self.places.get(&whole).key.start)?;
        let line = self.lines.partition_point(|&line| line <= start);
        Some(format!("{}:{line}", self.file))
    }

    /// What the file speaks of, so that what the project does not have can be pointed out.
    #[must_use]
    pub fn mentions(&self) -> Vec<Mention> {
        mentions(self)
    }

    /// The baseline, where the file says it is.
    #[must_use]
    pub fn baseline(&self) -> Option<PathBuf> {
        self.config.baseline.as_ref().map(|path| self.folder.join(path))
    }
}

/// Every rule that is named and does not exist, neither built in nor among the team's own.
fn unknown_rules(
    config: &Config,
    places: &Places,
    prefix: &[String],
    own: &[&'static str],
) -> Vec<FileProblem> {
    let known = || crate::rules::all().map(|rule| rule.id).chain(own.iter().copied());
    let mut named: Vec<Vec<String>> =
        config.rules.0.keys().map(|id| vec!["rules".into(), id.clone()]).collect();
    for (index, entry) in config.overrides.iter().enumerate() {
        let at = |id: &String| vec!["overrides".into(), index.to_string(), "rules".into(), id.clone()];
        named.extend(entry.rules.0.keys().map(at));
    }
    let mut problems = Vec::new();
    for path in named {
        let Some(id) = path.last().filter(|id| known().all(|rule| rule != id.as_str())) else { continue };
        let similar = similar(id, known());
        let help = if similar.is_empty() {
            "`routelint rules` lists the rules".to_owned()
        } else {
            format!("did you mean `{}`? `routelint rules` lists them all", similar.join("` or `"))
        };
        let span = places.get(&[prefix, &path].concat()).key;
        problems.push(FileProblem { message: format!("there is no rule `{id}`"), help: Some(help), span });
    }
    problems
}

fn size(config: &Config, places: &Places, prefix: &[String]) -> Result<Option<u64>, FileProblem> {
    let size = match &config.max_file_size {
        None => return Ok(None),
        Some(FileSize::Bytes(0)) => Err("expected at least 1 byte".to_owned()),
        Some(FileSize::Bytes(bytes)) => Ok(u64::from(*bytes)),
        Some(FileSize::Text(text)) => parse_size(text),
    };
    size.map(Some).map_err(|message| {
        let span = places.get(&[prefix, &["maxFileSize".to_owned()]].concat()).value;
        FileProblem { message, help: None, span }
    })
}
