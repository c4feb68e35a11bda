//! What identifies a finding through edits elsewhere.

use std::collections::BTreeMap;
use std::path::Path;

use crate::report::Diagnostic;

/// Of a construct's text so much counts: what follows in a handler of a hundred lines is not what it is.
const MAX_TEXT: usize = 160;

/// A finding's identity: its rule, the file (from the root of the repository, whatever part of it is scanned), the
/// enclosing function, and the construct's text. An ordinal among equals is added by [`number`].
///
/// Of the text only what a formatter leaves alone counts: no white space, quotes, commas, semicolons, parentheses.
pub(super) fn fingerprint(rule: &str, file: &str, function: &str, text: &str) -> String {
    let kept =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '"' | '`' | ',' | ';' | '(' | ')'));
    let text: String = kept.take(MAX_TEXT).collect();
    digest(&[rule, file, function, &text].join("\0"))
}

/// The way from the repository's root down to a folder, for readers that think in repositories.
pub(super) fn repository_prefix(folder: &Path) -> String {
    let top = folder.ancestors().find(|folder| folder.join(".git").exists());
    let below = top.and_then(|top| folder.strip_prefix(top).ok()).unwrap_or(Path::new(""));
    let mut prefix = String::new();
    for part in below.components() {
        prefix.push_str(&part.as_os_str().to_string_lossy());
        prefix.push('/');
    }
    prefix
}

/// 128 bits of a text in hexadecimal, by XXH3: its specification is fixed, so a baseline written on one machine
/// holds on every other and in later versions.
pub(super) fn digest(text: &str) -> String {
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(text.as_bytes()))
}

/// Tells equal fingerprints apart by their order. Every finding has to be among these, shown or not: what is
/// shown depends on arguments.
pub(super) fn number<'d>(diagnostics: impl Iterator<Item = &'d mut Diagnostic>) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        let count = seen.entry(diagnostic.fingerprint.clone()).or_insert(0);
        if *count > 0 {
            diagnostic.fingerprint = digest(&format!("{}\0{count}", diagnostic.fingerprint));
        }
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_specification() {
        assert_eq!(digest(""), "99aa06d3014798d86001c324468d497f");
    }

    #[test]
    fn formatting_leaves_a_fingerprint_alone() {
        let of = |text| fingerprint("rule", "a.ts", "GET", text);
        assert_eq!(of("new Pool({ max: 1 })"), of("new Pool({\n    max: 1,\n  })"));
        assert_eq!(of("redis('a', x => x)"), of("redis(\"a\", (x) => x)"));
        assert_ne!(of("new Pool({ max: 1 })"), of("new Pool({ max: 2 })"));
        assert_ne!(of("new Pool()"), fingerprint("rule", "b.ts", "GET", "new Pool()"));
        assert_ne!(of("new Pool()"), fingerprint("rule", "a.ts", "POST", "new Pool()"));
    }
}
