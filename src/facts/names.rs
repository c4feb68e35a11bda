//! The texts of a module: every name and string in it, once.

use serde::{Deserialize, Serialize};

use super::ids::Name;

/// Texts by [`Name`], one behind the other in one allocation: a large project has a million of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    text: String,
    /// Where each text ends, in bytes.
    ends: Vec<u32>,
}

impl Names {
    /// Adds a text, whether or not it is there already. Together they stay below 4 GiB, as the file does.
    pub fn push(&mut self, text: &str) -> Name {
        let name = Name(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        name
    }

    /// The text of a name; empty for one of another module.
    #[must_use]
    pub fn get(&self, name: Name) -> &str {
        let end = |index: usize| self.ends.get(index).map(|&end| end as usize);
        let start = name.index().checked_sub(1).map_or(Some(0), end);
        let range = start.zip(end(name.index()));
        range.and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
    }

    /// All texts in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|index| u32::try_from(index).ok()).map(|index| self.get(Name(index)))
    }

    /// Forgets all texts, but keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_name() {
        let mut names = Names::default();
        let all: Vec<Name> = ["", "a", "ümlaut", "a"].into_iter().map(|text| names.push(text)).collect();
        assert_eq!(all.iter().map(|&name| names.get(name)).collect::<Vec<_>>(), ["", "a", "ümlaut", "a"]);
        assert_eq!(names.iter().collect::<Vec<_>>(), ["", "a", "ümlaut", "a"]);
        assert_eq!(names.get(Name(4)), "");
        names.clear();
        assert_eq!(names.iter().count(), 0);
    }
}
