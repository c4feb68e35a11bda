//! A picture in the language of Mermaid.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::diagnostic::Severity;

use super::escape::one_line;
use super::graph::{Kind, Node, Picture};

/// Looks of nodes; the severity stands in their text as well.
const LOOKS: &str = "  classDef route fill:#fff,stroke:#57606a,color:#000
  classDef module fill:#f6f8fa,stroke:#57606a,color:#000
  classDef error fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#000
  classDef warning fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#000
  classDef info fill:#ddf4ff,stroke:#0969da,stroke-width:2px,color:#000
";

pub(super) fn write_mermaid(picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    for note in &picture.notes {
        writeln!(out, "%% {note}")?;
    }
    writeln!(out, "flowchart LR")?;
    for (index, title) in picture.boxes.iter().enumerate() {
        writeln!(out, "  subgraph app{index}[{}]", quoted(&[title]))?;
        nodes(picture, Some(index), "    ", out)?;
        writeln!(out, "  end")?;
    }
    nodes(picture, None, "  ", out)?;
    for arrow in &picture.arrows {
        let line = if arrow.way { "==>" } else { "-.->" };
        writeln!(out, "  n{} {line} n{}", arrow.from, arrow.to)?;
    }
    out.write_all(LOOKS.as_bytes())
}

fn nodes(picture: &Picture, inside: Option<usize>, indent: &str, out: &mut impl Write) -> io::Result<()> {
    for (index, node) in picture.nodes.iter().enumerate().filter(|(_, node)| node.inside == inside) {
        let (open, close) = match node.kind {
            Kind::Route => ("(", ")"),
            Kind::Module => ("[", "]"),
            Kind::Package => ("[(", ")]"),
        };
        writeln!(out, "{indent}n{index}{open}{}{close}:::{}", quoted(&node.lines), look(node))?;
    }
    Ok(())
}

const fn look(node: &Node) -> &'static str {
    match (node.worst, node.kind) {
        (Some(severity), _) => match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        },
        (None, Kind::Route) => "route",
        (None, Kind::Module | Kind::Package) => "module",
    }
}

/// A string of the language. Mermaid looks for directives, Markdown and HTML in it, so what could begin any of them is
/// written as a character reference, which Mermaid begins with `#`.
fn quoted(lines: &[impl AsRef<str>]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line.as_ref())).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

fn escaped(text: &str) -> String {
    // Icons and formulas are looked for once references are read: a space without width takes them apart.
    let text = one_line(text).replace(":fa-", ":\u{200b}fa-").replace("$$", "$\u{200b}$\u{200b}");
    let mut out = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        match c {
            // A dash, or a number before one of these, would begin a list.
            '-' | '.' | '+' | ')' if at < 4 => push_reference(&mut out, c),
            ' ' | '/' | '.' | '-' | '+' | ',' | '(' | ')' | '[' | ']' | '×' | '…' | '→' => out.push(c),
            _ if c.is_alphanumeric() => out.push(c),
            _ => push_reference(&mut out, c),
        }
    }
    out
}

fn push_reference(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    _ = write!(out, "#{};", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(quoted(&["/api/[id]", "a\"<b>"]), "\"/api/[id]<br/>a#34;#60;b#62;\"");
        assert_eq!(escaped("1. `x` %%{init}"), "1#46; #96;x#96; #37;#37;#123;init#125;");
        assert_eq!(escaped("fa:fa-car $$"), "fa#58;#8203;fa-car #36;#8203;#36;#8203;");
        assert_eq!(escaped("&amp; #1;\n"), "#38;amp#59; #35;1#59;#92;n");
    }
}
