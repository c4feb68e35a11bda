//! Importing a name, in the way the file writes its imports.

use crate::report::SourceText;
use crate::span::Span;

use super::{next_line, number, prefers_double, statement_end};

/// `name` of `from` imported by the import statement at `span`, after it, or on top if the span is empty.
pub(super) fn import(source: &SourceText, span: Span, names: (&str, &str)) -> Option<(Span, String)> {
    if span == Span::default() {
        return on_top(source.text(), names);
    }
    let statement = source.text().get(span.start as usize..span.end as usize)?;
    merged(statement, names)
        .and_then(|(at, text)| Some((at_offset(span.start as usize + at)?, text)))
        .or_else(|| line(source, span, &format!("{{ {} }}", names.0), names.1))
}

fn at_offset(at: usize) -> Option<Span> {
    let at = number(at)?;
    Some(Span::new(at, at))
}

/// Where the name goes in an import statement that has braces, and how.
fn merged(statement: &str, (name, from): (&str, &str)) -> Option<(usize, String)> {
    let (names, source) = statement.rsplit_once('}')?;
    let quoted = source.trim_start().strip_prefix("from")?.trim_start();
    let specifier = quoted.trim_end_matches([';', ' ', '\t']);
    let is_same = ["'", "\""].iter().any(|quote| specifier == format!("{quote}{from}{quote}"));
    let is_type = names.strip_prefix("import")?.trim_start().strip_prefix("type");
    let is_type = is_type.is_some_and(|rest| rest.trim_start().starts_with('{'));
    // Where a comment stands, the next name may end up inside it.
    if !is_same || is_type || names.contains("//") || names.contains("/*") {
        return None;
    }
    let list = names.trim_end();
    let open = list.rfind('{')?;
    let last = list.get(open + 1..)?.rsplit_once('\n').map(|(_, line)| line);
    let indent = last.map(|line| &line[..line.len() - line.trim_start().len()]);
    let comma = if list.ends_with([',', '{']) { "" } else { "," };
    let text = match indent {
        // One name per line, and the brace on its own.
        Some(indent) if names[list.len()..].contains('\n') => format!("{comma}\n{indent}{name},"),
        _ if list.ends_with('{') => format!(" {name} "),
        _ => format!("{comma} {name}"),
    };
    Some((list.len(), text))
}

/// A line after the import statement, with its quotes and its end, that imports what `clause` says.
pub(super) fn line(source: &SourceText, span: Span, clause: &str, from: &str) -> Option<(Span, String)> {
    let text = source.text();
    let statement = text.get(span.start as usize..span.end as usize)?;
    let quote = &statement[statement.rfind(['\'', '"'])?..][..1];
    let end = statement_end(text, span.end as usize);
    let semicolon = if text.get(..end)?.ends_with(';') { ";" } else { "" };
    let line = source.line_range(source.line_index(number(end)?));
    let rest = text.get(end..line.end)?.trim();
    (rest.is_empty() || rest.starts_with("//")).then_some(())?;
    let at = next_line(text, line.end);
    let import = format!("import {clause} from {quote}{from}{quote}{semicolon}");
    let import = if at == line.end { format!("\n{import}") } else { format!("{import}\n") };
    Some((at_offset(at)?, import))
}

/// A first line for a file without imports, with the quotes and line ends that it has.
fn on_top(text: &str, (name, from): (&str, &str)) -> Option<(Span, String)> {
    let quote = if prefers_double(text) { '"' } else { '\'' };
    let semicolon = if text.lines().any(|line| line.trim_end().ends_with(';')) { ";" } else { "" };
    let import = format!("import {{ {name} }} from {quote}{from}{quote}{semicolon}\n\n");
    Some((at_offset(top(text)?)?, import))
}

/// Where code may begin: after a first line for the shell, directives, and comments that a blank line follows.
fn top(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let start = at + rest.len() - rest.trim_start().len();
        let rest = text.get(start..)?;
        let end = if rest.starts_with("//")
            || rest.starts_with("#!")
            || rest.starts_with("'use ")
            || rest.starts_with("\"use ")
        {
            start + rest.find(['\n', '\r'])?
        } else if rest.starts_with("/*") {
            start + rest.find("*/")? + 2
        } else {
            return Some(start);
        };
        let gap = text.get(end..)?;
        let gap = &gap[..gap.len() - gap.trim_start().len()];
        let is_comment = rest.starts_with('/');
        if is_comment && gap.matches('\n').count() < 2 && !text.get(end..)?.trim_start().starts_with("//") {
            // It speaks of what follows, which is the first code, or to tools, which want it first.
            let says = text.get(start..end)?;
            return (says.starts_with("/**") && !says.contains("@ts-")).then_some(start);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: (&str, &str) = ("after", "next/server");

    /// The file with `after` imported by the statement `part`.
    fn imported(text: &str, part: &str) -> Option<String> {
        let start = text.find(part)?;
        let span = Span::new(number(start)?, number(start + part.len())?);
        let (span, new) = import(&SourceText::new(text.to_owned()), span, AFTER)?;
        let mut text = text.to_owned();
        text.replace_range(span.start as usize..span.end as usize, &new);
        Some(text)
    }

    fn merged(statement: &str) -> String {
        imported(statement, statement).unwrap_or_default()
    }

    #[test]
    fn names_join_an_import_of_the_same_module() {
        assert_eq!(
            merged("import { NextResponse } from 'next/server';"),
            "import { NextResponse, after } from 'next/server';"
        );
        assert_eq!(merged("import {A,B} from \"next/server\""), "import {A,B, after} from \"next/server\"");
        assert_eq!(merged("import { A, } from 'next/server';"), "import { A, after } from 'next/server';");
        assert_eq!(merged("import a, {} from 'next/server';"), "import a, { after } from 'next/server';");
        assert_eq!(
            merged("import {\n  A,\n  type B,\n} from 'next/server';"),
            "import {\n  A,\n  type B,\n  after,\n} from 'next/server';"
        );
        assert_eq!(
            merged("import {\n  A,\n  B\n} from 'next/server';"),
            "import {\n  A,\n  B,\n  after,\n} from 'next/server';"
        );
    }

    #[test]
    fn others_get_a_line_after_them_in_their_style() {
        let line = |statement: &str| {
            let text = format!("{statement}\nrest\n");
            let new = imported(&text, statement).unwrap_or_default();
            new.lines().nth(statement.lines().count()).unwrap_or_default().to_owned()
        };
        assert_eq!(line("import type { A } from 'next/server';"), "import { after } from 'next/server';");
        assert_eq!(line("import * as s from \"next/server\""), "import { after } from \"next/server\"");
        assert_eq!(line("import { A } from 'next';"), "import { after } from 'next/server';");
        assert_eq!(line("import { A /* , */ } from 'next/server';"), "import { after } from 'next/server';");
        assert_eq!(imported("import { A } from 'a'; b();\n", "import { A } from 'a';"), None);
        assert_eq!(
            imported("import 'a'", "import 'a'").as_deref(),
            Some("import 'a'\nimport { after } from 'next/server'")
        );
    }

    #[test]
    fn a_file_without_imports_gets_one_where_code_begins() {
        let on_top = |text: &str| {
            let (span, new) = import(&SourceText::new(text.to_owned()), Span::default(), AFTER)?;
            let mut text = text.to_owned();
            text.insert_str(span.start as usize, &new);
            Some(text)
        };
        let import = "import { after } from 'next/server'\n\n";
        for (before, code) in [
            ("", "export const a = 1\n"),
            ("   ", "export const a = 1\n"),
            ("'use server'\n\n", "export const a = 1\n"),
            ("// Licence\n// and more\n\n", "export const a = 1\n"),
            ("/* Licence */\r\n\r\n", "/** What it does. */\r\nexport const a = 1\r\n"),
        ] {
            assert_eq!(on_top(&format!("{before}{code}")), Some(format!("{before}{import}{code}")));
        }
        assert_eq!(on_top("// @ts-nocheck\nexport const a = 1\n"), None);
        assert_eq!(on_top("/* eslint-disable */\nexport const a = 1\n"), None);
    }
}
