//! The decision for the terminal.
use super::advice::Advice;
use super::style::Page;
use std::io::{self, Write};
/// Writes the decision.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_advice(advice: &Advice, _page: Page, out: &mut impl Write) -> io::Result<()> {
    for app in &advice.apps {
        writeln!(
            out,
            "== {} ({}): {:?} by {}\n   {}\n   {}",
            app.root,
            app.target,
            app.verdict.choice,
            app.verdict.rule,
            app.verdict.because,
            app.verdict.closeness
        )?;
        for c in &app.verdict.would_change {
            writeln!(out, "   would change: {c}")?;
        }
        for n in &app.needs {
            writeln!(
                out,
                "  [{:?}{}] {} ({:?} {}): {}",
                n.answer,
                if n.met { " met" } else { "" },
                n.question,
                n.weight,
                n.points,
                n.because
            )?;
            for e in n.evidence.iter().take(6) {
                writeln!(out, "       {}:{} {}", e.file, e.line.unwrap_or(0), e.text)?;
            }
        }
        for r in &app.routes {
            if !r.reasons.is_empty() {
                writeln!(out, "  {} {:?}", r.path, r.place)?;
                for x in r.reasons.iter().take(4) {
                    writeln!(out, "       {} {}:{} -> {}", x.finding.rule, x.file, x.line, x.remedy)?;
                }
            }
        }
        writeln!(
            out,
            "  along: {} {:?}",
            app.along.len(),
            app.along.iter().take(5).map(|a| &a.file).collect::<Vec<_>>()
        )?;
    }
    writeln!(out, "REPO {:?} by {}: {}", advice.verdict.choice, advice.verdict.rule, advice.verdict.because)
}
