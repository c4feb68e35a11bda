//! Templates: real files with a few places to fill in.
//!
//! `{{name}}` is replaced by a text. Lines between `// {{#name}}` and `// {{/name}}` stay if the name is wanted, and
//! go otherwise; the two marks go always, so that the template itself is a file that compilers take.

/// Fills a template in. A name that nobody gives a text is left as it is, which tests look for.
pub(super) fn fill(template: &str, values: &[(&str, &str)], wanted: &[&str]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut left_out = false;
    for line in template.lines() {
        let mark = line.trim().strip_prefix("// {{").and_then(|rest| rest.strip_suffix("}}"));
        match mark.map(|mark| mark.split_at_checked(1)) {
            Some(Some(("#", name))) => left_out = !wanted.contains(&name),
            Some(Some(("/", _))) => left_out = false,
            _ if left_out => {}
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    for (name, value) in values {
        out = out.replace(&format!("{{{{{name}}}}}"), value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn places_are_filled_and_parts_left_out() {
        let template = "a {{x}}\n  // {{#one}}\n  one\n  // {{/one}}\n// {{#two}}\ntwo\n// {{/two}}\nend\n";
        assert_eq!(fill(template, &[("x", "{{#two}}")], &["two"]), "a {{#two}}\ntwo\nend\n");
        assert_eq!(fill(template, &[], &["one"]), "a {{x}}\n  one\nend\n");
    }
}
