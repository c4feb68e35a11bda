//! Paths as the project spells them: relative to the root, `/` between segments, `""` for the root itself.

use std::iter::successors;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// `name` in the folder `dir`, which is empty for the root.
#[must_use]
pub fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

/// The folder that a path lies in.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// The last segment of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A folder, the folder above it and so on, the root last.
pub(super) fn upwards(dir: &str) -> impl Iterator<Item = &str> {
    successors(Some(dir), |dir| (!dir.is_empty()).then(|| parent(dir)))
}

/// What remains of `path` below the folder `dir`; `None` outside of it.
pub(super) fn below<'p>(path: &'p str, dir: &str) -> Option<&'p str> {
    if dir.is_empty() {
        return Some(path);
    }
    path.strip_prefix(dir)?.strip_prefix('/')
}

/// An absolute path as the project spells it; `None` outside the root, or where it is not UTF-8.
pub(super) fn relative(root: &Path, path: &Path) -> Option<String> {
    let mut relative = String::new();
    for component in path.strip_prefix(root).ok()?.components() {
        let Component::Normal(segment) = component else { return None };
        if !relative.is_empty() {
            relative.push('/');
        }
        relative.push_str(segment.to_str()?);
    }
    Some(relative)
}

/// The same for a path that was made of the root by adding names to it, which is seen without looking at each.
pub(super) fn walked(root: &Path, path: &Path) -> Option<String> {
    let below = || path.to_str()?.strip_prefix(root.to_str()?)?.strip_prefix('/');
    match below() {
        Some(below) if MAIN_SEPARATOR == '/' => Some(below.to_owned()),
        _ => relative(root, path),
    }
}

/// Whether a folder is another one or lies below it.
pub(super) fn is_below(folder: &str, above: &str) -> bool {
    folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `path` with its `.` and `..` worked out, without asking the disk.
pub(super) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// A path for a message: lossy, with its control characters escaped, since they must not reach a terminal.
pub(super) fn printable(root: &Path, path: &Path) -> String {
    let shown = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    let mut text = String::with_capacity(shown.len());
    for c in shown.chars() {
        if c.is_control() {
            text.extend(c.escape_default());
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_from_the_inside_out() {
        assert_eq!(upwards("apps/web").collect::<Vec<_>>(), ["apps/web", "apps", ""]);
        assert_eq!(upwards("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn a_name_that_only_starts_alike_is_outside() {
        assert_eq!(below("apps/web/a.ts", "apps/web"), Some("a.ts"));
        assert_eq!(below("apps/web2/a.ts", "apps/web"), None);
        assert_eq!(below("a.ts", ""), Some("a.ts"));
    }

    #[test]
    fn dots_are_worked_out() {
        assert_eq!(normalize(Path::new("/a/b/../c/./d")), Path::new("/a/c/d"));
        assert_eq!(relative(Path::new("/a"), Path::new("/a/c/d")).as_deref(), Some("c/d"));
        assert_eq!(relative(Path::new("/a"), Path::new("/b")), None);
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable(Path::new("/r"), Path::new("/r/a\u{1b}[31m\n.ts")), "a\\u{1b}[31m\\n.ts");
    }
}
