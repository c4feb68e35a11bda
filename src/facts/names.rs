//! The texts of a module: every name and string in it, once.

use serde::{Deserialize, Serialize};

use super::ids::Name;

/// Texts by [`Name`], one behind the other in one allocation: a large project has a million of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    text: String,
    /// Where each text begins, in bytes, and where the last one ends.
    starts: Vec<u32>,
}

/// What is known of a text without a look at all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The first byte; 0 for an empty text.
    pub first: u8,
    /// How many bytes it has.
    pub length: u32,
}

impl Shape {
    /// The shape of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let first = text.bytes().next().unwrap_or(0);
        Self { first, length: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self { text: String::new(), starts: vec![0] }
    }
}

impl Names {
    /// Adds a text, whether or not it is there already. Together they stay below 4 GiB, as the file does.
    pub fn push(&mut self, text: &str) -> Name {
        let name = Name(u32::try_from(self.len()).unwrap_or(u32::MAX));
        self.text.push_str(text);
        self.starts.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        name
    }

    /// The text of a name; empty for one of another module.
    #[must_use]
    pub fn get(&self, name: Name) -> &str {
        let Some(&[start, end]) = self.starts.get(name.index()..).and_then(<[u32]>::first_chunk) else {
            return "";
        };
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// All texts in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| u32::try_from(index).ok()).map(|index| self.get(Name(index)))
    }

    /// The shapes of all texts in the order of their names: most of them are told from a text by that.
    pub fn shapes(&self) -> impl Iterator<Item = (Name, Shape)> {
        let bytes = self.text.as_bytes();
        let spans = (0..).map(Name).zip(self.starts.array_windows());
        spans.map(|(name, &[start, end])| {
            let first = bytes.get(start as usize).copied().filter(|_| start < end);
            (name, Shape { first: first.unwrap_or(0), length: end - start })
        })
    }

    /// Forgets all texts, but keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.starts.truncate(1);
    }

    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
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
        let shapes: Vec<_> = all.iter().map(|&name| (name, Shape::of(names.get(name)))).collect();
        assert_eq!(names.shapes().collect::<Vec<_>>(), shapes);
        names.clear();
        assert_eq!(names.iter().count(), 0);
    }
}
