//! A picture in the language of Graphviz.

use std::io::{self, Write};

use crate::diagnostic::Severity;

use super::escape::one_line;
use super::graph::{Kind, Node, Picture};

/// How every picture begins. Colours are chosen so that black text on them is readable on paper and screen.
const HEAD: &str = "digraph routes {
  rankdir=LR; ranksep=1; nodesep=0.12;
  graph [fontname=\"Helvetica,Arial,sans-serif\", fontsize=12, style=rounded, color=\"#8c959f\"];
  node [fontname=\"Helvetica,Arial,sans-serif\", fontsize=10, shape=box, style=filled, fillcolor=white, color=\"#57606a\"];
  edge [color=\"#8c959f\", arrowsize=0.7];
";

pub(super) fn write_dot(picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    for note in &picture.notes {
        writeln!(out, "// {note}")?;
    }
    out.write_all(HEAD.as_bytes())?;
    for (index, title) in picture.boxes.iter().enumerate() {
        writeln!(out, "  subgraph cluster_{index} {{\n    label={};", quoted(&[title]))?;
        nodes(picture, Some(index), "    ", out)?;
        column(picture, index, out)?;
        writeln!(out, "  }}")?;
    }
    nodes(picture, None, "  ", out)?;
    for arrow in &picture.arrows {
        let style = if arrow.way { " [color=\"#24292f\", penwidth=2]" } else { "" };
        writeln!(out, "  n{} -> n{}{style};", arrow.from, arrow.to)?;
    }
    writeln!(out, "}}")
}

fn nodes(picture: &Picture, inside: Option<usize>, indent: &str, out: &mut impl Write) -> io::Result<()> {
    for (index, node) in picture.nodes.iter().enumerate().filter(|(_, node)| node.inside == inside) {
        writeln!(out, "{indent}n{index} [label={}{}];", quoted(&node.lines), look(node))?;
    }
    Ok(())
}

/// The routes of an app below each other.
fn column(picture: &Picture, inside: usize, out: &mut impl Write) -> io::Result<()> {
    let nodes = picture.nodes.iter().enumerate();
    let routes = nodes.filter(|(_, node)| node.inside == Some(inside) && node.kind == Kind::Route);
    let names: Vec<String> = routes.map(|(index, _)| format!("n{index};")).collect();
    writeln!(out, "    {{ rank=same; {} }}", names.join(" "))
}

/// What makes a node look like what it is. The severity stands in its text as well.
fn look(node: &Node) -> String {
    let shape = match node.kind {
        Kind::Route => ", style=\"filled,rounded\"",
        Kind::Module => "",
        Kind::Package => ", shape=cylinder",
    };
    let colours = match node.worst {
        Some(Severity::Error) => ", fillcolor=\"#ffebe9\", color=\"#cf222e\", penwidth=2.5",
        Some(Severity::Warning) => ", fillcolor=\"#fff8c5\", color=\"#9a6700\", penwidth=2",
        Some(Severity::Info) => ", fillcolor=\"#ddf4ff\", color=\"#0969da\", penwidth=1.5",
        None => "",
    };
    format!("{shape}{colours}")
}

/// A string of the language. Graphviz reads escapes and character references in labels, so both are taken apart.
fn quoted(lines: &[impl AsRef<str>]) -> String {
    let line = |line: &str| one_line(line).replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"");
    let lines: Vec<String> = lines.iter().map(|text| line(text.as_ref())).collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(quoted(&["a\"b\\N", "<b>&lt;\n"]), r#""a\"b\\N\n<b>&amp;lt;\\n""#);
    }
}
