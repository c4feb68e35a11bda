//! From a rule's edits to replacements of bytes: where statements end is written in the text.

mod comments;
mod imports;

use crate::diagnostic::{Edit, EditKind};
use crate::report::{Fix, Place, SourceText};
use crate::span::{Location, Span};

/// The fix as replacements; `None` if one of its edits does not fit the text around it.
pub(super) fn resolve(fix: &crate::diagnostic::Fix, mut place: impl FnMut(Location) -> Place) -> Option<Fix> {
    let mut replacements = Vec::new();
    for edit in &fix.edits {
        let found = place(edit.at);
        let is_crlf = found.source.text().contains("\r\n");
        for (span, text) in edited(&found.source, edit)? {
            let text = if is_crlf { text.replace('\n', "\r\n") } else { text };
            let place = Place { start: span.start, end: span.end, ..found.clone() };
            replacements.push((place, text));
        }
    }
    replacements.sort_by(|(a, _), (b, _)| (&a.file, a.start, a.end).cmp(&(&b.file, b.start, b.end)));
    Some(Fix { title: fix.title.clone(), applicability: fix.applicability, replacements })
}

fn edited(source: &SourceText, edit: &Edit) -> Option<Vec<(Span, String)>> {
    let EditKind::Around { before, behind, optional } = &edit.kind else {
        return Some(vec![replacement(source, edit)?]);
    };
    let span = edit.at.span;
    let inner = source.text().get(span.start as usize..span.end as usize)?;
    (*optional || !may_be_nothing(inner)).then_some(())?;
    let at = |at| Span::new(at, at);
    Some(vec![(at(span.start), before.clone()), (at(span.end), behind.clone())])
}

/// Whether an expression is of the form `a?.b()`: the `?.` stands outside all brackets.
fn may_be_nothing(text: &str) -> bool {
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'?' if depth == 0 && text[at..].starts_with("?.") => return true,
            _ => {}
        }
    }
    false
}

fn replacement(source: &SourceText, edit: &Edit) -> Option<(Span, String)> {
    let span = edit.at.span;
    let line = source.line_range(source.line_index(span.start));
    match &edit.kind {
        EditKind::Replace(text) => Some((span, text.clone())),
        EditKind::RemoveStatement => Some((statement(source, span)?, String::new())),
        EditKind::RemoveDeclaration => {
            let start = u32::try_from(line.start).ok()?;
            declares(source.text().get(line.start..span.start as usize)?).then_some(())?;
            let whole = statement(source, Span::new(start, span.end))?;
            // One of several declarators, or something behind it on the line: not ours to take apart.
            source.text().get(..whole.end as usize)?.ends_with(['\n', '\r', ';']).then_some(())?;
            Some((whole, String::new()))
        }
        EditKind::LineBefore(text) => {
            let start = u32::try_from(line.start).ok()?;
            let before = source.text().get(line.start..span.start as usize)?;
            (declares(before) || before == "export default ").then_some(())?;
            Some((Span::new(start, start), format!("{}\n", quoted(source.text(), text))))
        }
        EditKind::LineAfter(text) => {
            let end = statement_end(source.text(), span.end as usize);
            let rest = source.line_range(source.line_index(u32::try_from(end).ok()?));
            source.text().get(end..rest.end)?.trim().is_empty().then_some(())?;
            let at = next_line(source.text(), rest.end);
            let is_last = at == rest.end;
            let at = u32::try_from(at).ok()?;
            let text = quoted(source.text(), text);
            let text = if is_last { format!("\n{text}") } else { format!("{text}\n") };
            Some((Span::new(at, at), text))
        }
        EditKind::ReplaceWords(words, text) => {
            let found = source.text().get(span.start as usize..span.end as usize)?;
            let is_it = found.chars().filter(|c| !c.is_whitespace()).eq(words.chars());
            is_it.then(|| (span, text.clone()))
        }
        // Two places: see `edited`.
        EditKind::Around { .. } => None,
        EditKind::Import { name, from } => imports::import(source, span, (name, from)),
        EditKind::ImportLine { clause, from } => imports::line(source, span, clause, from),
        EditKind::RemoveComment => comments::without_comment(source, span),
        EditKind::RemoveRules(rules) => comments::without_rules(source, span, rules),
    }
}

/// Whether a line begins, without indentation, as a declaration at module level does.
fn declares(start: &str) -> bool {
    let start = start.strip_prefix("export ").unwrap_or(start);
    ["const ", "let ", "var "].iter().any(|word| start.starts_with(word))
}

/// A statement with its `;`, and with its lines if it has them for itself.
fn statement(source: &SourceText, span: Span) -> Option<Span> {
    let text = source.text();
    let end = statement_end(text, span.end as usize);
    let first = source.line_range(source.line_index(span.start));
    let last = source.line_range(source.line_index(u32::try_from(end).ok()?));
    let alone = text.get(first.start..span.start as usize)?.trim().is_empty()
        && text.get(end..last.end)?.trim().is_empty();
    let (start, end) = if alone {
        (first.start, without_second_gap(text, first.start, next_line(text, last.end)))
    } else {
        (span.start as usize, end)
    };
    Some(Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

/// The end of lines that go, past the blank line behind them if another one, or nothing, stands before them.
fn without_second_gap(text: &str, start: usize, end: usize) -> usize {
    let is_blank = |line: &str| line.trim().is_empty();
    let before = text.get(..start).unwrap_or_default().lines().next_back();
    let behind = text.get(end..).unwrap_or_default();
    let line = behind.find('\n').map_or(behind, |at| &behind[..=at]);
    if before.is_none_or(is_blank) && is_blank(line) { end + line.len() } else { end }
}

/// Code with the quotes that a file has most of.
fn quoted(text: &str, code: &str) -> String {
    if prefers_double(text) && !code.contains('"') { code.replace('\'', "\"") } else { code.to_owned() }
}

fn prefers_double(text: &str) -> bool {
    let count = |quote: char| text.chars().filter(|c| *c == quote).count();
    count('"') > count('\'')
}

/// Just past the `;` that follows, if one does on this line.
fn statement_end(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if rest[blank..].starts_with(';') { end + blank + 1 } else { end }
}

/// The first byte of the next line.
fn next_line(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let ending = ["\r\n", "\n", "\r"].iter().find(|ending| rest.starts_with(**ending));
    end + ending.map_or(0, |ending| ending.len())
}

fn number(at: usize) -> Option<u32> {
    u32::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::FileId;

    fn edited(text: &str, part: &str, kind: EditKind) -> Option<String> {
        let start = u32::try_from(text.find(part)?).ok()?;
        let span = Span::new(start, start + u32::try_from(part.len()).ok()?);
        let edit = Edit { at: Location { file: FileId(0), span }, kind };
        let (span, new) = replacement(&SourceText::new(text.to_owned()), &edit)?;
        let mut text = text.to_owned();
        text.replace_range(span.start as usize..span.end as usize, &new);
        Some(text)
    }

    #[test]
    fn statements_go_with_what_belongs_to_them() {
        let remove = |text: &str| edited(text, "await db.close()", EditKind::RemoveStatement);
        assert_eq!(remove("a();\n  await db.close() ;\nb();\n").as_deref(), Some("a();\nb();\n"));
        assert_eq!(remove("a();\r\n\tawait db.close()\r\nb();").as_deref(), Some("a();\r\nb();"));
        assert_eq!(remove("if (x) { await db.close(); }").as_deref(), Some("if (x) {  }"));
        assert_eq!(remove("await db.close()").as_deref(), Some(""));
        assert_eq!(remove("a();\n\nawait db.close();\n\nb();\n").as_deref(), Some("a();\n\nb();\n"));
        assert_eq!(
            remove("a();\r\n \r\nawait db.close();\r\n\r\nb();").as_deref(),
            Some("a();\r\n \r\nb();")
        );
        assert_eq!(remove("a();\nawait db.close();\n\nb();\n").as_deref(), Some("a();\n\nb();\n"));
        assert_eq!(remove("await db.close();\n\nb();\n").as_deref(), Some("b();\n"));
    }

    #[test]
    fn declarations_go_only_if_they_are_some() {
        let remove = |text: &str| edited(text, "new Pool()", EditKind::RemoveDeclaration);
        assert_eq!(remove("a;\nconst pool = new Pool();\nb;\n").as_deref(), Some("a;\nb;\n"));
        assert_eq!(remove("const pool = new Pool(), b = 1;\n"), None);
        assert_eq!(remove("  pool = new Pool();\n"), None);
    }

    #[test]
    fn only_what_is_certainly_something_is_wrapped() {
        let wrap = |text: &str| {
            let end = u32::try_from(text.len()).ok()?;
            let at = Location { file: FileId(0), span: Span::new(0, end) };
            let kind = EditKind::Around { before: "w(".into(), behind: ")".into(), optional: false };
            super::edited(&SourceText::new(text.to_owned()), &Edit { at, kind }).map(|edits| edits.len())
        };
        assert_eq!(wrap("send({ to: user?.mail, list: [a?.b] }).catch(() => a?.b)"), Some(2));
        assert_eq!(wrap("mailer?.send(user)"), None);
        assert_eq!(wrap("send(a)?.catch(b)"), None);
    }

    #[test]
    fn words_are_replaced_only_where_they_stand() {
        let void =
            |text: &str, part: &str| edited(text, part, EditKind::ReplaceWords("void", "await ".into()));
        assert_eq!(void("void f();", "void ").as_deref(), Some("await f();"));
        assert_eq!(void("void (f());", "void ("), None);
        assert_eq!(void("void /* x */ f();", "void /* x */ "), None);
    }

    #[test]
    fn lines_go_in_around_a_statement() {
        let text = "export const db = new Db({\n  a,\n});\nnext();\n";
        let before = edited(text, "db", EditKind::LineBefore("const s = 1;".into()));
        assert!(before.is_some_and(|text| text.starts_with("const s = 1;\nexport const db")));
        let after = edited(text, "new Db({\n  a,\n})", EditKind::LineAfter("keep(db);".into()));
        assert_eq!(after.as_deref(), Some("export const db = new Db({\n  a,\n});\nkeep(db);\nnext();\n"));
        let quotes = edited(
            "import \"a\";\nconst db = new Db();\n",
            "new Db()",
            EditKind::LineAfter("k('a');".into()),
        );
        assert!(quotes.is_some_and(|text| text.ends_with("new Db();\nk(\"a\");\n")));
        let last = edited("const db = new Db()", "new Db()", EditKind::LineAfter("keep(db);".into()));
        assert_eq!(last.as_deref(), Some("const db = new Db()\nkeep(db);"));
        assert_eq!(edited("const a = new Db(), b = 1;", "new Db()", EditKind::LineAfter("x".into())), None);
    }
}
