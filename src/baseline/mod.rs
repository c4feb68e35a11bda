//! The baseline: findings that are known, one per line of a file that is reviewed like code.

mod format;

use std::collections::BTreeMap;

pub use format::{MAX_BYTES, parse, write};

/// Known findings by fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// By fingerprint.
    pub entries: BTreeMap<String, Entry>,
}

/// A known finding. Only its fingerprint identifies it; the rest is for people, and says when it can be judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path from the root of the repository.
    pub file: String,
    /// Id of the rule.
    pub rule: String,
    /// The beginning of the construct's text.
    pub text: String,
}

impl Baseline {
    /// Whether a finding is known.
    #[must_use]
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.entries.contains_key(fingerprint)
    }
}
