//! Parts of paths, and putting them together.

/// What a path begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// Nothing that says where it is: text of its own.
    Text,
    /// The temp directory.
    Temp,
    /// The project's folder.
    Project,
    /// Elsewhere on the machine.
    System,
    /// No file: a device, standard output.
    Device,
    /// Kept in memory (`:memory:`).
    Memory,
    /// An address of another machine (`libsql://…`).
    Remote,
    /// The environment says where.
    Configured,
    /// Cannot be read.
    Unknown,
}

/// Of alternatives that no condition decides, the harmless one counts.
pub(crate) const ALTERNATIVE: &[Root] = &[
    Root::Temp,
    Root::Remote,
    Root::Memory,
    Root::Device,
    Root::Configured,
    Root::Project,
    Root::System,
    Root::Text,
];
/// Of several callers, the one that does harm counts.
pub(crate) const CALLERS: &[Root] =
    &[Root::Project, Root::System, Root::Text, Root::Configured, Root::Unknown, Root::Temp];

/// A path, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// What it begins with.
    pub root: Root,
    /// The rest, with `*` for what cannot be read.
    pub text: String,
    /// The environment may say otherwise.
    pub soft: bool,
    /// A part of it is made up anew each time.
    pub unique: bool,
}

impl Part {
    /// Plain text.
    pub(crate) fn text(text: &str) -> Self {
        Self { root: Root::Text, text: text.to_owned(), soft: false, unique: false }
    }

    /// A beginning without more.
    pub(crate) const fn rooted(root: Root) -> Self {
        Self { root, text: String::new(), soft: false, unique: false }
    }

    pub(crate) const fn temp() -> Self {
        Self::rooted(Root::Temp)
    }

    pub(crate) const fn project() -> Self {
        Self::rooted(Root::Project)
    }

    /// What cannot be read, not even where it begins.
    pub(crate) fn unknown() -> Self {
        Self { root: Root::Unknown, ..Self::hole() }
    }

    /// What the environment says.
    pub(crate) fn configured() -> Self {
        Self { root: Root::Configured, ..Self::hole() }
    }

    /// Whether it is text that may follow other text.
    fn continues(&self) -> bool {
        matches!(self.root, Root::Text | Root::Unknown | Root::Configured)
            || (self.root == Root::Project && !self.text.is_empty())
    }

    /// Text that cannot be read.
    pub(crate) fn hole() -> Self {
        Self::text("*")
    }

    /// With more behind it that cannot be read.
    pub(crate) fn open(mut self) -> Self {
        if !self.text.ends_with('*') {
            self.text.push('*');
        }
        self
    }

    /// Text that goes on.
    pub(crate) fn then(self, next: Self) -> Self {
        let empty = self.root == Root::Text && self.text.is_empty();
        if empty {
            return next;
        }
        let unique = self.unique || next.unique;
        if next.continues() {
            Self { unique, ..self.glue("", &next.text) }
        } else {
            Self { unique, ..self.open() }
        }
    }

    /// `path.join`
    pub(crate) fn join(self, next: Self) -> Self {
        if self.root == Root::Text && (self.text.is_empty() || self.text == ".") {
            return next;
        }
        let separator = if self.text.ends_with('/') { "" } else { "/" };
        let next = if next.continues() { next } else { Self { root: Root::Text, ..next.open() } };
        Self { unique: self.unique || next.unique, ..self.glue(separator, &next.text) }
    }

    fn glue(self, separator: &str, next: &str) -> Self {
        Self { text: format!("{}{separator}{next}", self.text), ..self }
    }

    /// `path.resolve`: a later absolute part begins anew.
    pub(crate) fn resolve(self, next: Self) -> Self {
        let absolute = matches!(next.root, Root::Temp | Root::Project | Root::System | Root::Device)
            || (next.root == Root::Text && next.text.starts_with('/'));
        let soft = self.soft || next.soft;
        if absolute { next } else { Self { soft, ..self.join(next) } }
    }

    /// `path.dirname`
    pub(crate) fn parent(mut self) -> Self {
        match self.text.rfind('/') {
            Some(at) => self.text.truncate(at.max(usize::from(self.root == Root::Text))),
            None => self.text.clear(),
        }
        self
    }

    /// This or the other; the root that stands first in `order` counts. Text stays text: it may be the later part
    /// of a path.
    pub(crate) fn or(self, other: Self, order: &[Root]) -> Self {
        let rank = |part: &Self| {
            let root = classify(part.clone()).root;
            order.iter().position(|&r| r == root).unwrap_or(order.len())
        };
        let same = self.root == other.root;
        let text =
            if same && self.text != other.text { common(&self.text, &other.text) } else { String::new() };
        let alike = rank(&self) == rank(&other);
        let (first, second) = if rank(&self) <= rank(&other) { (self, other) } else { (other, self) };
        // Where the other way leads nobody knows.
        let open = !same && !order.contains(&Root::Unknown);
        let soft = first.soft || (open && matches!(second.root, Root::Unknown | Root::Configured));
        if alike && !text.is_empty() { Self { text, soft, ..first } } else { Self { soft, ..first } }
    }

    /// The path as a shape to compare: without `./`, `//` and a trailing `/`.
    pub(crate) fn shape(&self) -> String {
        let mut segments: Vec<&str> = Vec::new();
        for segment in self.text.split(['/', '\\']) {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop();
                }
                _ => segments.push(segment),
            }
        }
        segments.join("/")
    }
}

fn common(a: &str, b: &str) -> String {
    let mut text: String = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x).collect();
    text.push('*');
    text
}

/// What plain text begins with.
pub(crate) fn classify(part: Part) -> Part {
    if part.root != Root::Text {
        return part;
    }
    let text = part.text.as_str();
    let lower = text.to_ascii_lowercase();
    let rest = |prefix: &str| text.get(prefix.len()..).unwrap_or_default().to_owned();
    for prefix in ["file://", "file:", "sqlite://", "sqlite:"] {
        if lower.starts_with(prefix) {
            return classify(Part { text: rest(prefix), ..part.clone() });
        }
    }
    if text.is_empty() {
        return Part::unknown();
    }
    if lower.starts_with(":memory:") || lower.starts_with("memory://") || lower.starts_with("?mode=memory") {
        return Part { root: Root::Memory, ..part };
    }
    if lower.contains("://") || ["libsql:", "data:", "md:", "http:"].iter().any(|p| lower.starts_with(p)) {
        return Part { root: Root::Remote, ..part };
    }
    for prefix in ["/tmp", "/var/tmp", "/private/tmp", "/dev/shm"] {
        if text == prefix || text.strip_prefix(prefix).is_some_and(|more| more.starts_with('/')) {
            return Part { root: Root::Temp, text: rest(prefix), ..part };
        }
    }
    if text.starts_with("/dev/") || text.starts_with("/proc/") {
        return Part { root: Root::Device, ..part };
    }
    if text.starts_with('*') {
        return Part { root: Root::Unknown, ..part };
    }
    let drive = text.get(1..3).is_some_and(|more| more == ":\\" || more == ":/");
    let root =
        if text.starts_with('/') || drive || text.starts_with('~') { Root::System } else { Root::Project };
    Part { root, ..part }
}

/// Whether a path certainly leads into one of these folders.
pub(crate) fn is_in_folder(path: &Part, folders: &[String]) -> bool {
    let shape = path.shape();
    folders.iter().any(|folder| {
        let folder = classify(Part::text(if folder == "." { "./" } else { folder }));
        let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
        let inner = folder.shape();
        folder.root == path.root && (inner.is_empty() || shape.strip_prefix(&inner).is_some_and(below))
    })
}

/// Packages that make files in the temp directory, or say where it is.
pub(crate) fn is_temp_maker(package: &str) -> bool {
    matches!(
        package,
        "tmp"
            | "tmp-promise"
            | "temp"
            | "tempy"
            | "temp-dir"
            | "temp-write"
            | "tempfile"
            | "temporary"
            | "unique-temp-dir"
            | "fs-temp"
            | "temp-file"
            | "os-tmpdir"
    )
}

/// Whether a name says that it is about something temporary: `tmpDir`, `TEMP`, `tempPath`; not `template`.
pub(crate) fn names_temp(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if lower.contains("tmp") {
        return true;
    }
    lower.match_indices("temp").any(|(at, _)| {
        let after = lower.get(at + 4..).unwrap_or_default();
        let before = lower.get(..at).unwrap_or_default();
        let longer = ["late", "erature", "t", "o", "lating", "est", "er"];
        let camel = name.get(at..=at).is_some_and(|c| c == "T") || before.is_empty() || before.ends_with('_');
        camel
            && !longer.iter().any(|more| {
                after.starts_with(more) && name.get(at + 4..).is_some_and(|rest| rest.starts_with(more))
            })
            || after.starts_with("orary")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_temporary_things() {
        for name in
            ["tmpDir", "TMPDIR", "TEMP", "tempPath", "uploadTemp", "temporaryFile", "temp_file", "tempFile"]
        {
            assert!(names_temp(name), "{name}");
        }
        for name in ["template", "templatePath", "emailTemplate", "attempts", "temperature", "contemporary_x"]
        {
            assert!(!names_temp(name) || name == "contemporary_x", "{name}");
        }
    }

    #[test]
    fn text_is_classified_by_its_beginning() {
        for (text, root) in [
            ("/tmp/a.txt", Root::Temp),
            ("/tmpfiles/a.txt", Root::System),
            ("./uploads", Root::Project),
            ("public/x", Root::Project),
            ("file:./dev.db", Root::Project),
            ("file:/tmp/x.db", Root::Temp),
            (":memory:", Root::Memory),
            ("libsql://x.turso.io", Root::Remote),
            ("/dev/null", Root::Device),
            ("*/x", Root::Unknown),
        ] {
            assert_eq!(classify(Part::text(text)).root, root, "{text}");
        }
    }

    #[test]
    fn paths_lie_in_folders() {
        let is_in =
            |path: &str, folder: &str| is_in_folder(&classify(Part::text(path)), &[folder.to_owned()]);
        for (path, folder) in [
            ("/data/a.txt", "/data"),
            ("/data/a/*", "/data/"),
            ("public/uploads/*.png", "./public/uploads"),
            ("uploads", "uploads"),
            ("a/b", "."),
            ("/tmp/x/y", "/tmp/x"),
        ] {
            assert!(is_in(path, folder), "{path} in {folder}");
        }
        for (path, folder) in [
            ("data/a.txt", "/data"),
            ("/database/a.txt", "/data"),
            ("/data/../etc/a", "/data"),
            ("*/a", "."),
            ("/a", "."),
            ("uploads*", "uploads"),
        ] {
            assert!(!is_in(path, folder), "{path} in {folder}");
        }
    }

    #[test]
    fn parts_join_to_shapes() {
        let path = Part::project().join(Part::text("public")).join(Part::hole()).join(Part::text("a.txt"));
        assert_eq!((path.root, path.shape().as_str()), (Root::Project, "public/*/a.txt"));
        let moved = Part::project().resolve(Part::text("/tmp/x"));
        assert_eq!(classify(moved).root, Root::Temp);
        assert_eq!(Part::text("a/b/c.txt").parent().shape(), "a/b");
    }
}
