//! Lists by a dense key, in two allocations.

/// Entries grouped by a dense key; those of a key in the order in which they were given.
#[derive(Debug)]
pub(super) struct Groups<T> {
    /// Where the entries of each key begin, and one past the last.
    starts: Vec<u32>,
    entries: Vec<T>,
}

impl<T: Copy> Groups<T> {
    /// Groups entries by their keys, which are below `keys`.
    pub(super) fn new(keys: usize, pairs: &[(u32, T)]) -> Self {
        Self::of(keys, || pairs.iter().copied())
    }

    /// The same with entries that are cheaper found twice than written down.
    pub(super) fn of<I: DoubleEndedIterator<Item = (u32, T)>>(keys: usize, pairs: impl Fn() -> I) -> Self {
        let mut starts = vec![0_u32; keys + 1];
        let (mut any, mut count) = (None, 0);
        for (key, entry) in pairs() {
            starts[key as usize] += 1;
            any = Some(entry);
            count += 1;
        }
        for key in 1..starts.len() {
            starts[key] += starts[key - 1];
        }
        // Each start is now the end of its key, and comes down to its start as entries are put in place from behind.
        let mut entries: Vec<T> = any.map_or_else(Vec::new, |any| vec![any; count]);
        for (key, entry) in pairs().rev() {
            let place = &mut starts[key as usize];
            *place -= 1;
            entries[*place as usize] = entry;
        }
        Self { starts, entries }
    }

    /// The entries of a key.
    pub(super) fn get(&self, key: usize) -> &[T] {
        &self.entries[self.starts[key] as usize..self.starts[key + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn entries_keep_their_order_within_a_key() {
        let groups = Groups::new(4, &[(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd'), (0, 'e')]);
        let all: Vec<&[char]> = (0..4).map(|key| groups.get(key)).collect();
        assert_eq!(all, [&['b', 'e'][..], &[], &['a', 'c'], &['d']]);
        assert_eq!(Groups::<u8>::new(1, &[]).get(0), [0_u8; 0]);
    }
}
