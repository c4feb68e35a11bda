//! The examples of a page against what a run on them reports.

use std::path::Path;
use std::{fs, io};

use super::examples::{Example, Expected};

/// How the findings in an example differ from what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Expected, but not reported.
    pub missing: Vec<Expected>,
    /// Reported, but not expected.
    pub extra: Vec<Expected>,
}

impl Outcome {
    /// Compares what an example expects of a rule with what was found.
    #[must_use]
    pub fn new(example: &Example, rule: &str, found: &[Expected]) -> Self {
        let wanted: Vec<&Expected> = example.expected.iter().filter(|e| e.rule == rule).collect();
        Self {
            missing: wanted.iter().filter(|e| !found.contains(e)).map(|&e| e.clone()).collect(),
            extra: found.iter().filter(|e| !wanted.contains(e)).cloned().collect(),
        }
    }

    /// Whether the example gives exactly what it says.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

/// Writes an example's files below a folder; `manifest` is its `package.json` if it brings none.
///
/// # Errors
/// A path that leads out of the folder, or what the file system says.
pub fn write_example(example: &Example, manifest: &str, folder: &Path) -> io::Result<()> {
    let manifest = ("package.json".to_owned(), manifest.to_owned());
    let own = example.files.iter().any(|(name, _)| name == "package.json");
    for (name, text) in example.files.iter().chain((!own).then_some(&manifest)) {
        let is_inside =
            Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !is_inside {
            return Err(io::Error::other(format!("`{name}` leads out of the example")));
        }
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}
