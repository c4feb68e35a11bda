//! Which module loads which, for those who draw it or ask what a route needs.

use std::collections::VecDeque;

/// The modules that routes reach, and what each of them loads at run time. Types and code for the browser make no
/// edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportGraph {
    /// Paths relative to what was scanned, as in [`Place`](super::Place), ascending.
    pub files: Vec<String>,
    /// The files that each file loads, by index in `files`, ascending, each once.
    pub imports: Vec<Vec<u32>>,
    /// The packages that each file loads, by name without what follows it (`@scope/name`), ascending, each once;
    /// `node:fs` and its like as they are written.
    pub packages: Vec<Vec<String>>,
}

impl ImportGraph {
    /// The index of a file.
    #[must_use]
    pub fn index(&self, file: &str) -> Option<u32> {
        let index = self.files.binary_search_by(|known| known.as_str().cmp(file)).ok()?;
        u32::try_from(index).ok()
    }

    /// A file's path; empty past the last.
    #[must_use]
    pub fn file(&self, index: u32) -> &str {
        self.files.get(index as usize).map_or("", String::as_str)
    }

    /// The files that a file loads.
    #[must_use]
    pub fn imports_of(&self, index: u32) -> &[u32] {
        self.imports.get(index as usize).map_or(&[], Vec::as_slice)
    }

    /// The packages that a file loads.
    #[must_use]
    pub fn packages_of(&self, index: u32) -> &[String] {
        self.packages.get(index as usize).map_or(&[], Vec::as_slice)
    }

    /// Everything that loading a file loads, itself included, ascending.
    #[must_use]
    pub fn reached(&self, from: u32) -> Vec<u32> {
        self.reached_from([from])
    }

    /// Everything that loading some files loads, these included, ascending.
    #[must_use]
    pub fn reached_from(&self, starts: impl IntoIterator<Item = u32>) -> Vec<u32> {
        let mut seen = vec![false; self.files.len()];
        let mut open: Vec<u32> = starts.into_iter().collect();
        while let Some(file) = open.pop() {
            if let Some(seen) = seen.get_mut(file as usize).filter(|seen| !**seen) {
                *seen = true;
                open.extend(self.imports_of(file));
            }
        }
        (0..).zip(seen).filter_map(|(file, seen)| seen.then_some(file)).collect()
    }

    /// The shortest way from a file to another, both included; of several equally short ones, the first by path.
    /// `None` if there is none.
    #[must_use]
    pub fn path(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        way(&self.before(from), to)
    }

    /// For each file that loading a file loads, the file before it on a shortest way; for the file itself, itself.
    #[must_use]
    pub fn before(&self, from: u32) -> Vec<Option<u32>> {
        let mut before: Vec<Option<u32>> = vec![None; self.files.len()];
        let mut open = VecDeque::new();
        if let Some(place) = before.get_mut(from as usize) {
            *place = Some(from);
            open.push_back(from);
        }
        while let Some(file) = open.pop_front() {
            for &next in self.imports_of(file) {
                if let Some(place) = before.get_mut(next as usize).filter(|place| place.is_none()) {
                    *place = Some(file);
                    open.push_back(next);
                }
            }
        }
        before
    }
}

/// The way to a file, from what [`ImportGraph::before`] says.
pub(super) fn way(before: &[Option<u32>], to: u32) -> Option<Vec<u32>> {
    before.get(to as usize).copied().flatten()?;
    let step = |&file: &u32| before.get(file as usize).copied().flatten().filter(|&it| it != file);
    let mut way: Vec<u32> = std::iter::successors(Some(to), step).collect();
    way.reverse();
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` loads `b` and `c`, both load `d`, `d` loads `a`; nothing loads `e`.
    fn graph() -> ImportGraph {
        ImportGraph {
            files: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec(),
            imports: vec![vec![1, 2], vec![3], vec![3], vec![0], vec![]],
            packages: vec![Vec::new(); 5],
        }
    }

    #[test]
    fn ways_are_shortest_and_circles_end() {
        let graph = graph();
        assert_eq!(graph.path(0, 3), Some(vec![0, 1, 3]));
        assert_eq!(graph.path(3, 2), Some(vec![3, 0, 2]));
        assert_eq!(graph.path(2, 2), Some(vec![2]));
        assert_eq!(graph.path(0, 4), None);
        assert_eq!(graph.path(9, 0), None);
    }

    #[test]
    fn what_a_file_loads_is_listed_once() {
        assert_eq!(graph().reached(1), [0, 1, 2, 3]);
        assert_eq!(graph().reached(4), [4]);
        assert_eq!(graph().reached_from([4, 1, 4]), [0, 1, 2, 3, 4]);
        assert_eq!(graph().index("c"), Some(2));
        assert_eq!(graph().index("x"), None);
    }
}
