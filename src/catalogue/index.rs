//! Finding an entry by package, exported name and method.

use rustc_hash::{FxHashMap, FxHashSet};

/// What the index needs to know of an entry.
pub(super) trait Entry {
    fn packages(&self) -> &[String];
    fn exports(&self) -> &[String];
    fn methods(&self) -> &[String];
}

/// Entries by package. Whole names go through a map; the few that end in `*` are tried one by one.
#[derive(Debug)]
pub(super) struct Index<T> {
    entries: Vec<T>,
    exact: FxHashMap<String, Vec<usize>>,
    prefixes: Vec<(String, usize)>,
}

impl<T: Entry> Index<T> {
    pub(super) fn new(entries: Vec<T>) -> Self {
        let mut exact: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut prefixes = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            for package in entry.packages() {
                match package.strip_suffix('*') {
                    Some(prefix) => prefixes.push((prefix.to_owned(), at)),
                    None => exact.entry(package.clone()).or_default().push(at),
                }
            }
        }
        Self { entries, exact, prefixes }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &T> {
        self.entries.iter()
    }

    /// The entry at a place in the table.
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.entries.get(at)
    }

    /// Entries of a package: those that name it first, then those with a pattern for it.
    pub(super) fn of_package<'a, 'p>(
        &'a self,
        package: &'p str,
    ) -> impl Iterator<Item = &'a T> + Clone + use<'a, 'p, T> {
        let exact = self.exact.get(package).into_iter().flatten().copied();
        let by_prefix = self.prefixes.iter().filter(move |(prefix, _)| package.starts_with(prefix.as_str()));
        exact.chain(by_prefix.map(|&(_, at)| at)).filter_map(|at| self.entries.get(at))
    }

    /// All entries for a name: those that spell it out, then those with a pattern for it.
    pub(super) fn all<'a, 'q>(
        &'a self,
        package: &'q str,
        export: &'q str,
        method: Option<&'q str>,
    ) -> impl Iterator<Item = &'a T> + use<'a, 'q, T> {
        let export = normal(export);
        let candidates = self.of_package(package).filter(move |entry| match method {
            None => entry.methods().is_empty(),
            Some(method) => entry.methods().iter().any(|name| steps_fit(name, method)),
        });
        let spelled = move |entry: &&T| entry.exports().iter().any(|name| name == export);
        let patterned =
            candidates.clone().filter(move |entry| !spelled(entry) && exports(entry.exports(), export));
        candidates.filter(spelled).chain(patterned)
    }

    /// The entry for a name; one that spells the name out goes before one with a pattern.
    pub(super) fn find(&self, package: &str, export: &str, method: Option<&str>) -> Option<&T> {
        let export = normal(export);
        let candidates = self.of_package(package).filter(|entry| match method {
            None => entry.methods().is_empty(),
            Some(method) => entry.methods().iter().any(|name| name == method),
        });
        let spelled = candidates.clone().find(|entry| entry.exports().iter().any(|name| name == export));
        spelled.or_else(|| candidates.clone().find(|entry| exports(entry.exports(), export)))
    }
}

/// Names of packages, patterns included, to be asked before anything else is looked up.
#[derive(Debug)]
pub(super) struct Packages {
    exact: FxHashSet<String>,
    prefixes: Vec<String>,
}

impl Packages {
    /// Those of some entries.
    pub(super) fn of<'a, T: Entry + 'a>(entries: impl Iterator<Item = &'a T>) -> Self {
        let (mut exact, mut prefixes) = (FxHashSet::default(), Vec::new());
        for package in entries.flat_map(Entry::packages) {
            match package.strip_suffix('*') {
                Some(prefix) => prefixes.push(prefix.to_owned()),
                None => drop(exact.insert(package.clone())),
            }
        }
        Self { exact, prefixes }
    }

    /// Whether a package is one of them.
    pub(super) fn has(&self, package: &str) -> bool {
        self.exact.contains(package) || self.prefixes.iter().any(|prefix| package.starts_with(prefix))
    }
}

/// An export path without the `default.` that some ways to import a package add; the package itself is `default`.
pub(super) fn normal(mut export: &str) -> &str {
    while let Some(rest) = export.strip_prefix("default.") {
        export = rest;
    }
    if export.is_empty() { "default" } else { export }
}

/// Whether a name is one of `names`, patterns included.
pub(super) fn exports(names: &[String], export: &str) -> bool {
    let export = normal(export);
    names.iter().any(|name| match (name.strip_prefix('*'), name.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(end), _) => export.ends_with(end),
        (None, Some(start)) => export.starts_with(start),
        (None, None) => name == export,
    })
}

/// Whether dotted steps fit a pattern: `*` is one step, `**` any number.
fn steps_fit(pattern: &str, steps: &str) -> bool {
    if ends_otherwise(pattern, steps) {
        return false;
    }
    let mut wanted = pattern.split('.');
    let mut found = steps.split('.');
    // Where to go on if what follows the last `**` turns out not to fit.
    let mut again = None;
    loop {
        let rest = (wanted.clone(), found.clone());
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some("**"), _) => {
                again = Some((wanted.clone(), rest.1.clone()));
                found = rest.1;
            }
            (Some(step), Some(other)) if step == other || step == "*" => {}
            _ => {
                let Some((after, mut from)) = again.take() else { return false };
                if from.next().is_none() {
                    return false;
                }
                (wanted, found) = (after.clone(), from.clone());
                again = Some((after, from));
            }
        }
    }
}

/// Whether a pattern ends in a name that is not the last step: most do, and nothing else has to be looked at.
fn ends_otherwise(pattern: &str, steps: &str) -> bool {
    for (wanted, found) in pattern.bytes().rev().zip(steps.bytes().rev()) {
        if wanted == b'*' || (wanted == b'.' && found == b'.') {
            return false;
        }
        if wanted != found {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::steps_fit;

    #[test]
    fn steps_fit_by_name_star_and_any_prefix() {
        for (pattern, steps) in [
            ("send", "send"),
            ("*.create", "user.create"),
            ("**.create", "create"),
            ("**.create", "$extends.().user.create"),
            ("select.().from", "select.().from"),
            ("()", "()"),
            ("insert.**", "insert.().values"),
            ("**.insert.**", "with.().insert.().values.().returning"),
            ("a.**.b.**.c", "a.x.b.b.y.c"),
            ("a.**", "a"),
        ] {
            assert!(steps_fit(pattern, steps), "{pattern} {steps}");
        }
        for (pattern, steps) in [
            ("send", "emails.send"),
            ("*.create", "create"),
            ("**.create", "user.createMany"),
            ("a.**.b", "a.c"),
        ] {
            assert!(!steps_fit(pattern, steps), "{pattern} {steps}");
        }
    }
}
