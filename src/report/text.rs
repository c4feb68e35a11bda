//! The full report for people: each finding with its code, the way to it, and what to do.

use std::io::{self, Write};
use std::sync::Arc;

use crate::diagnostic::Confidence;
use crate::pattern::{PaintedText, highlight};

use super::concise;
use super::escape::{many_lines, one_line};
use super::format::View;
use super::frame::{Label, frame};
use super::groups::{groups, tally};
use super::model::{Diagnostic, Report, Step};
use super::source::SourceText;
use super::statistics::write_statistics;
use super::style::{Page, columns};
use super::summary::write_summary;

/// Routes named before the rest are only counted.
const ROUTES_NAMED: usize = 3;
/// Places of steps line up if none is wider.
const PLACE_COLUMN: usize = 36;

/// Writes the full report; a quiet view leaves out everything but the findings.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_text(report: &Report, view: &View, out: &mut impl Write) -> io::Result<()> {
    let page = view.page;
    if view.statistics {
        write_statistics(report, page, out)?;
    } else {
        write_findings(report, view, out)?;
    }
    if view.quiet {
        return Ok(());
    }
    write_pages(report, page, out)?;
    write_summary(report, page, out)
}

fn write_findings(report: &Report, view: &View, out: &mut impl Write) -> io::Result<()> {
    let page = view.page;
    let mut colours = Colours::default();
    let mut first = true;
    for group in groups(&report.diagnostics, view.group_by) {
        if !group.title.is_empty() {
            let found = tally(group.members.iter().map(|member| member.diagnostic));
            let title = format!("{}: {found}", page.bold(&one_line(&group.title)));
            writeln!(out, "{}{}", if first { "" } else { "\n" }, page.wrap(&title, "── ", "   "))?;
            first = false;
        }
        for member in group.members {
            if !first {
                writeln!(out)?;
            }
            first = false;
            if member.again {
                let line = format!("{} (shown above)", concise::line(member.diagnostic, page));
                writeln!(out, "{}", page.wrap(&line, "", "  "))?;
            } else {
                write_diagnostic(member.diagnostic, page, &mut colours, out)?;
            }
        }
    }
    Ok(())
}

/// The colours of the file last shown: findings come sorted by file.
#[derive(Default)]
struct Colours {
    of: Option<(Arc<SourceText>, Option<PaintedText>)>,
}

impl Colours {
    fn of(&mut self, diagnostic: &Diagnostic) -> Option<&PaintedText> {
        let source = &diagnostic.place.source;
        if !self.of.as_ref().is_some_and(|(last, _)| Arc::ptr_eq(last, source)) {
            self.of = Some((Arc::clone(source), highlight(&diagnostic.place.file, source.text())));
        }
        self.of.as_ref().and_then(|(_, painted)| painted.as_ref())
    }
}

fn write_diagnostic(
    diagnostic: &Diagnostic,
    page: Page,
    colours: &mut Colours,
    out: &mut impl Write,
) -> io::Result<()> {
    let name = page.rule(diagnostic.severity, diagnostic.rule);
    let header = format!("{name} {}", many_lines(&diagnostic.message));
    writeln!(out, "{}", page.wrap(&header, "", "  "))?;

    let (here, mut elsewhere): (Vec<&Step>, Vec<&Step>) =
        diagnostic.related.iter().partition(|step| step.place.file == diagnostic.place.file);
    let mut labels = vec![Label { place: &diagnostic.place, text: None, primary: true }];
    labels.extend(here.iter().map(|s| Label { place: &s.place, text: Some(&s.message), primary: false }));
    let painted = if page.colour { colours.of(diagnostic) } else { None };
    let frame = frame(page, diagnostic.severity, &labels, painted);
    if frame.text.is_empty() {
        writeln!(out, "  {}", page.link(&one_line(&diagnostic.place.link())))?;
    }
    out.write_all(frame.text.as_bytes())?;
    elsewhere.extend(frame.homeless.iter().filter_map(|&index| here.get(index.checked_sub(1)?)));

    write_routes(diagnostic, page, out)?;
    write_steps(&diagnostic.trace, page, out)?;
    for step in elsewhere {
        let place = page.link(&one_line(&step.place.link()));
        let note = format!("note: {place}  {}", many_lines(&step.message));
        writeln!(out, "{}", page.wrap(&note, "  ", "        "))?;
    }
    if diagnostic.confidence < Confidence::High {
        writeln!(out, "  confidence: {}", diagnostic.confidence.as_str())?;
    }
    write_help(&diagnostic.help, page, out)
}

fn write_routes(diagnostic: &Diagnostic, page: Page, out: &mut impl Write) -> io::Result<()> {
    let named: Vec<_> = diagnostic.routes.iter().take(ROUTES_NAMED).map(|route| one_line(route)).collect();
    let line = match (diagnostic.routes.as_slice(), diagnostic.routes.len().saturating_sub(ROUTES_NAMED)) {
        ([], _) => return Ok(()),
        ([_], _) => format!("reached from {}", named.join(", ")),
        (all, 0) => format!("reached from {} routes: {}", all.len(), named.join(", ")),
        (all, more) => format!("reached from {} routes: {} and {more} more", all.len(), named.join(", ")),
    };
    writeln!(out, "{}", page.wrap(&line, "  ", "    "))
}

/// The way from a route to the construct: a numbered step per line, its sentence below if there is no room.
fn write_steps(steps: &[Step], page: Page, out: &mut impl Write) -> io::Result<()> {
    let places: Vec<String> = steps.iter().map(|step| one_line(&step.place.link()).into_owned()).collect();
    let column = places.iter().map(|place| columns(place)).filter(|&c| c <= PLACE_COLUMN).max().unwrap_or(0);
    let digits = steps.len().to_string().len();
    for (number, (step, place)) in (1..).zip(steps.iter().zip(&places)) {
        let lead = format!("    {}  ", page.dim(&format!("{number:>digits$}")));
        let indent = " ".repeat(digits + 6);
        let (message, painted) = (one_line(&step.message), page.link(place));
        let pad = " ".repeat(column.saturating_sub(columns(place)));
        let whole = digits + 6 + columns(place) + pad.len() + 2 + columns(&message);
        if whole <= page.width && !message.contains('\n') {
            writeln!(out, "{lead}{painted}{pad}  {message}")?;
        } else {
            writeln!(out, "{lead}{painted}")?;
            writeln!(out, "{}", page.wrap(&message, &indent, &indent))?;
        }
    }
    Ok(())
}

/// What to do; prose is wrapped, lines of code (fenced, or indented by four) stay as they are.
fn write_help(help: &str, page: Page, out: &mut impl Write) -> io::Result<()> {
    let help = many_lines(help);
    let mut fenced = false;
    let mut lead = format!("  {} ", page.bold("help:"));
    for line in help.trim_end().lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if line.trim().is_empty() {
            writeln!(out)?;
        } else if fenced || line.starts_with("    ") {
            writeln!(out, "        {}{line}", if fenced { "  " } else { "" })?;
        } else {
            let text = line.trim_start();
            let hang = line.len() - text.len() + if text.starts_with("- ") { 2 } else { 0 };
            let indent = &line[..line.len() - text.len()];
            let rest = " ".repeat(8 + hang);
            writeln!(out, "{}", page.wrap(text, &format!("{lead}{indent}"), &rest))?;
            "        ".clone_into(&mut lead);
        }
    }
    Ok(())
}

/// Where to read on, once per rule.
fn write_pages(report: &Report, page: Page, out: &mut impl Write) -> io::Result<()> {
    // A query from the command line has no page.
    let found = report.diagnostics.iter().map(|diagnostic| diagnostic.rule);
    let with_page = found.filter(|rule| rule.url().is_some() || !rule.page.is_empty());
    let mut rules: Vec<&str> = with_page.map(|rule| rule.id).collect();
    rules.sort_unstable();
    rules.dedup();
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nWhy, and what to do instead:")?;
    for rule in &rules {
        writeln!(out, "  {}", page.bold(&format!("routelint explain {rule}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::diagnostic::Severity;
    use crate::report::sample::{CLIENT, diagnostic, report};
    use crate::report::{GroupBy, Place};

    fn written(report: &Report, page: Page) -> String {
        let mut out = Vec::new();
        write_text(report, &View { page, ..View::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_whole_report_on_eighty_columns() {
        insta::assert_snapshot!(written(&report(), Page::default()), @r#"
        error[per-request-client] Each request makes a new `PrismaClient`, and with it a
          new connection pool.
           ╭─[lib/db "it's" 100%.ts:4:50]
         3 │ // \x1b[31m \u{202e} 😀 and a tab
         4 │ export function getUsers() { /* 😀 */  const db = new PrismaClient()
           ·                                                   ──────────────────
         5 │
         6 │   return db.user.findMany()
           ·          ───┬───
           ·             ╰── its only use, on every call of `getUsers`
         7 │ }
           ╰────
          reached from 40 routes: /api/r1/[id], /api/r2/[id], /api/r3/[id] and 37 more
            1  app/api/users/[id]/route.ts:4:30  GET /api/users/[id] calls `getUsers`
            2  lib/db "it's" 100%.ts:4:50        `getUsers` creates the client
          note: app/api/users/[id]/route.ts:3:23  the handler `handlers[GET](request)`
          help: Create the client once, outside of the handler:

                  export const db = globalThis.db ?? new PrismaClient()
                - on Vercel, call `attachDatabasePool(pool)` from `@vercel/functions` so
                  that idle connections close before the instance is suspended

        warning[in-memory-store] Each request makes a new `PrismaClient`, and with it a
          new connection pool.
           ╭─[app/api/users/[id]/route.ts:4:24]
         3 │ export async function GET() {
         4 │   return Response.json(await getUsers())
           ·                        ────────────────
         5 │ }
           ╰────
          confidence: medium
          help: Create the client once in a module and import it.

        Why, and what to do instead:
          routelint explain in-memory-store
          routelint explain per-request-client

        warning: tsconfig.json:3:5: expected `,`; its `paths` are ignored \x1b[2J
        1 finding of the baseline is gone; `routelint baseline` takes it out:
          apps/lib/old.ts in-memory-store  new Map()
        web  next 15.3.1 → vercel (web/vercel.json)
        1 error, 1 warning in 2 files ·
          9 hidden (--min-confidence low), 0 suppressed, 1 file unreadable ·
          412 files, 38 routes, 120 ms
        "#);
    }

    #[test]
    fn every_width_is_kept_but_by_paths_and_code() {
        for width in [60, 80, 100] {
            let text = written(&report(), Page { width, colour: false, ..Page::default() });
            let wide: Vec<&str> = text.lines().filter(|line| columns(line) > width).collect();
            assert!(wide.iter().all(|line| line.contains("export const db")), "{width}: {wide:#?}");
        }
    }

    #[test]
    fn without_colour_there_are_no_control_characters() {
        let text = written(&report(), Page::default());
        assert!(!text.chars().any(|c| c != '\n' && super::super::escape::is_hostile(c)), "{text:?}");
    }

    #[test]
    fn colours_change_nothing_but_colour() {
        let text = written(&report(), Page { width: 80, colour: true, ..Page::default() });
        assert!(
            text.contains("\u{1b}[35mexport\u{1b}[0m") || text.contains("\u{1b}[35mconst\u{1b}[0m"),
            "{text}"
        );
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        assert_eq!(plain + rest, written(&report(), Page::default()));
    }

    #[test]
    fn links_take_no_room() {
        let text = written(&report(), Page { colour: true, links: true, ..Page::default() });
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}]8;;") {
            plain.push_str(before);
            rest = after.split_once("\u{1b}\\").unwrap().1;
        }
        assert_eq!(plain + rest, written(&report(), Page { colour: true, ..Page::default() }));
        let link = "error[\u{1b}]8;;https://github.com/routelint/routelint/blob/main/rules/per-request-client.md\u{1b}\\\
                    per-request-client\u{1b}]8;;\u{1b}\\]";
        assert!(text.contains(link), "{text:?}");
    }

    #[test]
    fn quiet_reports_hold_findings_only() {
        let mut out = Vec::new();
        write_text(&report(), &View { quiet: true, ..View::default() }, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.starts_with("error[per-request-client]")
                && !text.contains("explain")
                && !text.contains("412")
        );
    }

    #[test]
    fn a_finding_is_shown_once_and_named_below_its_other_routes() {
        let mut report = report();
        report.diagnostics[0].routes.truncate(2);
        let view = View { quiet: true, group_by: Some(GroupBy::Route), ..View::default() };
        let mut out = Vec::new();
        write_text(&report, &view, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("── /api/r1/[id]: 1 error\n\nerror[per-request-client]"), "{text}");
        assert!(text.contains("\n── /api/r2/[id]: 1 error\n\nlib/db"), "{text}");
        assert_eq!((text.matches("help:").count(), text.matches("(shown above)").count()), (2, 1));
        assert!(text.lines().all(|line| columns(line) <= 80 || line.contains("export const db")), "{text}");
    }

    /// miette's own sources take over a second in a release build: they scan the file for every label.
    #[test]
    fn frames_cost_what_they_show() {
        let line = "const s = \"😀😀\"; export const client = new PrismaClient({ log: ['query'] })\n";
        let text = line.repeat(400_000 / line.len());
        let source = Arc::new(SourceText::new(text));
        let mut report = Report::default();
        for n in 0..500 {
            let start = u32::try_from(n * 9 * line.len() + line.find("new").unwrap()).unwrap();
            let place =
                Place { file: "lib/db.ts".into(), source: Arc::clone(&source), start, end: start + 16 };
            report.diagnostics.push(diagnostic(&CLIENT, Severity::Error, place));
        }
        let clock = Instant::now();
        let text = written(&report, Page::default());
        let took = clock.elapsed();
        assert_eq!(text.matches("new PrismaClient({").count(), 1500 - 1);
        assert!(text.contains("╭─[lib/db.ts:4492:41]"), "{}", &text[text.len() - 900..]);
        // A debug build takes some 80 ms; the rest is room for busy machines.
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
}
