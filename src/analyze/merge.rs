//! From the shares of all shards to the report that one run would have given.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::report::{AppShare, FoundPlace, OwnRule, Report, SHARE_FORMAT, Share, Source, SourceText};
use crate::rules::{RuleMeta, Status, rule};

use super::join;
use super::sources::Sources;

/// Why reports of shards do not go together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There is no report at all.
    #[error("there is nothing to merge")]
    Nothing,
    /// A later routelint wrote it.
    #[error("{file}: written by a later routelint, in form {format} of shards")]
    Newer {
        /// The report.
        file: String,
        /// The version of its form.
        format: u32,
    },
    /// Another version of routelint would have found other things.
    #[error("{file}: written by routelint {version}, and this is {}", env!("CARGO_PKG_VERSION"))]
    Version {
        /// The report.
        file: String,
        /// Who wrote it.
        version: String,
    },
    /// The reports are of different runs.
    #[error("{first} and {second} are not of one run: {what} differ")]
    Differ {
        /// A report.
        first: String,
        /// Another one.
        second: String,
        /// In what.
        what: &'static str,
    },
    /// A file changed between the shards.
    #[error("{first} and {second} are not of one run: {file} has another text")]
    Changed {
        /// A report.
        first: String,
        /// Another one.
        second: String,
        /// The file that differs.
        file: String,
    },
    /// A shard is there twice.
    #[error("{first} and {second} are both shard {index} of {of}")]
    Twice {
        /// A report.
        first: String,
        /// Another one.
        second: String,
        /// Which shard.
        index: u32,
        /// Of how many.
        of: u32,
    },
    /// Shards are not there.
    #[error("{} missing of {of}: {}", if missing.len() == 1 { "a shard is" } else { "shards are" }, list(missing))]
    Missing {
        /// Which.
        missing: Vec<u32>,
        /// Of how many.
        of: u32,
    },
    /// The report contradicts itself.
    #[error("{file}: damaged: {what}")]
    Damaged {
        /// The report.
        file: String,
        /// In what.
        what: &'static str,
    },
}

impl MergeError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Nothing => "name the reports of all shards",
            Self::Newer { .. } | Self::Version { .. } => "use one version of routelint for shards and merge",
            Self::Differ { .. } | Self::Changed { .. } => {
                "run all shards on the same commit, from the same folder, with the same arguments and configuration"
            }
            Self::Twice { .. } => "name the report of each shard once",
            Self::Missing { .. } => "name the reports of all shards: `--shard 1/n` to `--shard n/n`",
            Self::Damaged { .. } => "run the shard again",
        }
    }
}

/// `2, 3, 4`; of many the first.
fn list(numbers: &[u32]) -> String {
    let shown: Vec<String> = numbers.iter().take(8).map(u32::to_string).collect();
    let rest = if numbers.len() > 8 { ", …" } else { "" };
    shown.join(", ") + rest
}

/// Puts the shares of all shards together, each with the name of its report.
///
/// # Errors
/// When they are not all shards of one run, or one of them is damaged.
pub fn merge(shares: Vec<(String, Share)>) -> Result<Report, MergeError> {
    let Some((_, first)) = shares.first() else { return Err(MergeError::Nothing) };
    check(&shares, first)?;
    let first_name = shares.first().map(|(file, _)| file.clone()).unwrap_or_default();
    let mut shares = shares;
    shares.sort_by_key(|(_, share)| share.index);
    let run = first_run(&shares).ok_or(MergeError::Nothing)?;
    let duration_ms = shares.iter().fold(0, |sum: u64, (_, share)| sum.saturating_add(share.duration_ms));
    let mut sources = Sources::default();
    // The reports in which the texts stand, for errors.
    let mut origins: Vec<String> = Vec::new();
    let mut apps: Vec<AppShare> = Vec::new();
    for (file, share) in shares {
        check_share(&file, &share)?;
        let mut own = Sources::default();
        for Source { file: path, text } in share.sources {
            if let Some((index, known)) = sources.get(&path)
                && known != text
            {
                let first = origins.get(index).cloned().unwrap_or_default();
                return Err(MergeError::Changed { first, second: file, file: path });
            }
            own.add(path, || Arc::new(SourceText::new(text)));
        }
        apps.extend(sources.absorb(&own, share.apps));
        origins.resize(sources.len(), file);
    }
    let distinct: BTreeSet<u32> = apps.iter().map(|app| app.app).collect();
    if distinct.len() != apps.len() || distinct.len() != run.apps.len() {
        return Err(MergeError::Damaged { file: first_name, what: "its apps are not those of its shard" });
    }
    let rules = rules(&run.rules, &run.own);
    let base = PathBuf::from(&run.root);
    let mut report = join::report((&run, false), base, &sources, apps, rules);
    report.summary.duration_ms = duration_ms;
    Ok(report)
}

fn first_run(shares: &[(String, Share)]) -> Option<crate::report::RunShare> {
    shares.first().map(|(_, share)| share.run.clone())
}

/// Whether these are all shards of one run.
fn check(shares: &[(String, Share)], first: &Share) -> Result<(), MergeError> {
    let mut there: BTreeMap<u32, &str> = BTreeMap::new();
    for (file, share) in shares {
        if share.format != SHARE_FORMAT {
            return Err(MergeError::Newer { file: file.clone(), format: share.format });
        }
        if share.run.version != env!("CARGO_PKG_VERSION") {
            return Err(MergeError::Version { file: file.clone(), version: share.run.version.clone() });
        }
        if let Some(what) = difference(first, share) {
            let first = shares.first().map(|(file, _)| file.clone()).unwrap_or_default();
            return Err(MergeError::Differ { first, second: file.clone(), what });
        }
        if share.index == 0 || share.index > share.of {
            return Err(MergeError::Damaged { file: file.clone(), what: "there is no such shard" });
        }
        if let Some(first) = there.insert(share.index, file) {
            let Share { index, of, .. } = *share;
            return Err(MergeError::Twice { first: first.to_owned(), second: file.clone(), index, of });
        }
    }
    // More than are named, so that a damaged number does not fill the memory.
    let missing = (1..=first.of).filter(|index| !there.contains_key(index));
    let missing: Vec<u32> = missing.take(9).collect();
    if missing.is_empty() { Ok(()) } else { Err(MergeError::Missing { missing, of: first.of }) }
}

/// In what two shards differ that has to be the same.
fn difference(first: &Share, other: &Share) -> Option<&'static str> {
    let (a, b) = (&first.run, &other.run);
    if first.of != other.of {
        Some("the numbers of shards")
    } else if (&a.root, &a.prefix) != (&b.root, &b.prefix) {
        Some("the folders that were checked")
    } else if a.tree != b.tree || a.apps != b.apps {
        Some("the files of the project")
    } else if a.baseline != b.baseline {
        Some("the baselines")
    } else if a != b {
        Some("arguments or configuration")
    } else {
        None
    }
}

/// Whether everything that a share names is in it.
fn check_share(file: &str, share: &Share) -> Result<(), MergeError> {
    let damaged = |what| MergeError::Damaged { file: file.to_owned(), what };
    for app in &share.apps {
        if app.app as usize >= share.run.apps.len() {
            return Err(damaged("it names an app that is not there"));
        }
        let routes = app.report.routes.len();
        for found in &app.found {
            if !share.run.rules.contains(&found.rule) {
                return Err(damaged("it names a rule that did not run"));
            }
            if found.routes.iter().any(|&route| route as usize >= routes) {
                return Err(damaged("it names a route that is not there"));
            }
            if !found.places().all(|place| fits(share, place)) {
                return Err(damaged("it names a place that is not there"));
            }
        }
    }
    Ok(())
}

/// Whether a place lies in its file. A file that could not be read a second time has no text.
fn fits(share: &Share, place: FoundPlace) -> bool {
    share.sources.get(place.source as usize).is_some_and(|Source { text, .. }| {
        place.start <= place.end
            && (text.is_empty() || text.get(place.start as usize..place.end as usize).is_some())
    })
}

/// The rules that ran, the team's own made again from what the shards say of them.
fn rules(ids: &[String], own: &[OwnRule]) -> Vec<&'static RuleMeta> {
    let made = |own: &OwnRule| -> &'static RuleMeta {
        // Kept to the end of the run, as rules that are built in.
        let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        Box::leak(Box::new(RuleMeta {
            id: kept(&own.id),
            title: kept(&own.title),
            family: kept(&own.family),
            severity: own.severity,
            confidence: own.confidence,
            since: kept(&own.since),
            status: Status::Stable,
            page: kept(&own.page),
        }))
    };
    let known = |id: &String| rule(id).map(|rule| &rule.meta);
    let find = |id: &String| known(id).or_else(|| own.iter().find(|own| own.id == *id).map(made));
    ids.iter().filter_map(find).collect()
}
