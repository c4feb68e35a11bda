//! What is in effect: the arguments, then the configuration file, then the defaults.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analyze::{Options, start};
use crate::baseline::{Baseline, MAX_BYTES, parse};
use crate::config::{FailOn, Settings, find, open};
use crate::custom;

use super::args::Scan;
use super::cache::cache;
use super::error::CliError;

/// What is in effect.
#[derive(Debug)]
pub(super) struct Effective {
    /// What the analysis is told; its baseline is not read yet.
    pub(super) options: Options,
    /// The configuration file, if there is one.
    pub(super) settings: Option<Settings>,
    /// Where the baseline is, if there is one.
    pub(super) baseline: Option<PathBuf>,
    /// Whether an argument names it, and not the configuration.
    is_argument: bool,
}

impl Effective {
    /// Merges arguments and configuration, for a file whose text is given if there is one; ids of rules are checked
    /// here, before any work.
    pub(super) fn new(scan: &Scan, overlay: Option<&Path>) -> Result<Self, CliError> {
        let place = start(&scan.paths, overlay)?;
        let custom = custom::load(&place)?;
        let own: Vec<&'static str> = custom.iter().map(|rule| rule.meta.id).collect();
        for id in scan.rule.iter().chain(&scan.skip) {
            if crate::rules::rule(id).is_none() && !own.contains(&id.as_str()) {
                return Err(CliError::unknown_rule(id, &own));
            }
        }
        let settings = match &scan.config {
            Some(file) => Some(open(file, &place, &own)?),
            None if scan.no_config => None,
            None => find(&place, &own)?,
        };
        let is_found = scan.config.is_none() && !scan.no_config;
        let folder = settings.as_ref().map(|settings| settings.folder.clone());
        let defaults = Options::default();
        let options = Options {
            paths: scan.paths.clone(),
            target: scan.target,
            only: scan.rule.clone(),
            skip: scan.skip.clone(),
            min_confidence: scan.min_confidence,
            threads: scan.threads.map(usize::from),
            max_file_size: scan
                .max_file_size
                .or_else(|| settings.as_ref()?.max_file_size)
                .unwrap_or(defaults.max_file_size),
            configured: is_found.then(|| folder.clone().or_else(|| place.canonicalize().ok())).flatten(),
            base: folder,
            include: settings.as_ref().and_then(|settings| settings.include.clone()),
            exclude: settings.as_ref().map(|settings| settings.exclude.clone()).unwrap_or_default(),
            mentions: settings.as_ref().map(Settings::mentions).unwrap_or_default(),
            layers: settings.as_ref().map(|settings| settings.layers.clone()).unwrap_or_default(),
            catalogue: settings.as_ref().map(|settings| settings.catalogue.clone()).unwrap_or_default(),
            baseline: None,
            custom: Arc::new(custom),
            cache: cache(scan, &place)?,
            ..defaults
        };
        let baseline = if scan.no_baseline {
            None
        } else {
            scan.baseline.clone().or_else(|| settings.as_ref()?.baseline())
        };
        Ok(Self { options, settings, baseline, is_argument: scan.baseline.is_some() })
    }

    /// The same, with the baseline read; without its file there is nothing to compare with.
    pub(super) fn with_baseline(mut self) -> Result<Self, CliError> {
        if let Some(path) = &self.baseline {
            let known = read_baseline(path)?;
            let missing = || match self.settings.as_ref().filter(|_| !self.is_argument) {
                Some(settings) => CliError::from(settings.missing_baseline()),
                None => {
                    let help = "`routelint baseline` writes it; --no-baseline runs without";
                    CliError::Refused(format!("{}: there is no such baseline", from_here(path)), help)
                }
            };
            self.options.baseline = Some(known.ok_or_else(missing)?);
        }
        Ok(self)
    }

    /// The severity from which on the exit code is 1.
    pub(super) fn fail_on(&self, argument: Option<FailOn>) -> FailOn {
        let configured = || self.settings.as_ref()?.config.fail_on;
        argument.or_else(configured).unwrap_or(FailOn::Error)
    }
}

/// The baseline in a file; `None` if there is no file.
pub(super) fn read_baseline(path: &Path) -> Result<Option<Baseline>, CliError> {
    let file = from_here(path);
    let failed = |source| CliError::File { file: file.clone(), verb: "read", source };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if !metadata.is_file() {
        return Err(failed(std::io::Error::other("it is not a file")));
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(failed)?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(std::io::Error::other("it is larger than 32 MB, which is no baseline")));
    }
    parse(&file, &String::from_utf8_lossy(&bytes)).map(Some).map_err(CliError::from)
}

/// A path as people would write it: from the current folder if it lies below.
pub(super) fn from_here(path: &Path) -> String {
    let current = std::env::current_dir().and_then(|folder| folder.canonicalize()).unwrap_or_default();
    let path = path.strip_prefix(&current).unwrap_or(path);
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
