//! A decision and what was found as Markdown: for a comment on a pull request.

use std::io::{self, Write};

use super::advice::{Advice, Along, AppAdvice, Need, Placement, Reason, Service, Verdict, Where};
use super::advice_words::{
    Mended, answer, choice, columns, evidence_place, has_own_verdict, is_empty, mended as mended_in_place,
    place, reasons, route, untouched, weight,
};
use super::format::View;
use super::markdown_inline::{cell, code, prose};
use super::markdown_report::{Text, body, linked};
use super::model::Report;
use super::style::count;

/// Evidence and reasons named before the rest are only counted.
const NAMED: usize = 3;

/// Writes the decision above the findings, as Markdown of at most `limit` bytes. The decision takes no more than half of
/// them; what does not fit is counted.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_markdown_advice(
    report: &Report,
    advice: &Advice,
    view: &View,
    limit: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut page = Text { text: String::new(), room: limit / 2 };
    if !is_empty(advice) {
        let mut decision = Decision { report, view, page, missing: Missing::default() };
        decision.write(advice);
        page = decision.page;
    }
    body(report, view, limit, &mut page);
    out.write_all(page.text.as_bytes())
}

/// The part above the findings.
struct Decision<'a> {
    report: &'a Report,
    view: &'a View,
    page: Text,
    missing: Missing,
}

/// What had no room.
#[derive(Default)]
struct Missing {
    routes: usize,
    others: usize,
}

impl Decision<'_> {
    fn write(&mut self, advice: &Advice) {
        self.page.force(&format!("### Where the API belongs: {}\n", choice(advice.verdict.choice)));
        if has_own_verdict(advice) {
            self.verdict(&advice.verdict);
        }
        for app in &advice.apps {
            self.app(app, advice.apps.len() > 1);
        }
        if !advice.services.is_empty() {
            let service = |it: &Service| format!("{} ({})", self.folder(&it.root), prose(&it.framework));
            let all: Vec<String> = advice.services.iter().map(service).collect();
            self.line(&format!("\nServers that are there already: {}\n", some(&all)));
        }
        for unknown in advice.unknown.iter().filter(|_| !self.view.quiet) {
            self.line(&format!("\n> {}\n", prose(unknown)));
        }
        self.rules(advice);
        self.count_missing();
        self.page.force("\n");
    }

    /// A piece that is counted if it has no room.
    fn line(&mut self, piece: &str) {
        self.missing.others += usize::from(!self.page.push(piece));
    }

    fn app(&mut self, app: &AppAdvice, titled: bool) {
        if titled {
            let title = format!(
                "{} → {}: {}",
                self.folder(&app.root),
                prose(&app.target),
                choice(app.verdict.choice)
            );
            self.line(&format!("\n#### {title}\n"));
        }
        self.verdict(&app.verdict);
        let needs: Vec<String> = app.needs.iter().map(|need| self.need(need)).collect();
        self.missing.others +=
            self.table("\n| | Speaks for | Need | Why | Evidence |\n|---|---|---|---|---|\n", &needs);
        let (moves, mended, fine) = columns(app);
        let rows: Vec<String> = moves.into_iter().map(|placement| self.moved(placement)).collect();
        self.missing.routes += self.table("\n| Moves | Becomes | Because of |\n|---|---|---|\n", &rows);
        let rows: Vec<String> = mended_in_place(&mended).iter().map(|mended| self.mended(mended)).collect();
        self.missing.others += self.table("\n| Mended in place | How | For |\n|---|---|---|\n", &rows);
        if fine > 0 {
            self.line(&format!("\n{}\n", untouched(fine)));
        }
        let along: Vec<String> = app.along.iter().map(|along| self.along(along)).collect();
        self.missing.others +=
            self.table("\n| Moves along | With | Routes that stay with it |\n|---|---|--:|\n", &along);
    }

    fn verdict(&mut self, verdict: &Verdict) {
        let rule = match verdict.rule {
            "" => String::new(),
            rule => format!("By the rule {}.", code(rule)),
        };
        let said = [prose(&verdict.because), prose(&verdict.closeness), rule];
        let said: Vec<&str> = said.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if !said.is_empty() {
            self.line(&format!("\n{}\n", said.join(" ")));
        }
        let changes: Vec<String> =
            verdict.would_change.iter().map(|text| format!("- {}\n", prose(text))).collect();
        self.missing.others += self.table("\nWhat would change it:\n\n", &changes);
    }

    /// Rows below a head, which is left out if there are none; returns how many had no room.
    fn table(&mut self, head: &str, rows: &[String]) -> usize {
        for (index, row) in rows.iter().enumerate() {
            let piece = if index == 0 { format!("{head}{row}") } else { row.clone() };
            if !self.page.push(&piece) {
                return rows.len() - index;
            }
        }
        0
    }

    fn need(&self, need: &Need) -> String {
        let named = need.evidence.iter().take(NAMED).map(|evidence| match evidence.file.as_str() {
            "" => prose(&evidence.text),
            file => self.place(file, evidence.line, &evidence_place(evidence)),
        });
        let evidence = with_more(named.collect(), need.evidence.len());
        let cells = [
            answer(need.answer).to_owned(),
            weight(need.weight).to_owned(),
            need.question.to_owned(),
            prose(&need.because),
            evidence,
        ];
        row(&cells)
    }

    fn moved(&self, placement: &Placement) -> String {
        let becomes = match placement.place {
            Where::Moves(becomes) => becomes.words(),
            Where::Stays => "",
        };
        let all: Vec<&Reason> = reasons(placement, true).collect();
        row(&[code(&route(placement)), becomes.to_owned(), self.reasons(&all)])
    }

    fn mended(&self, mended: &Mended<'_>) -> String {
        let Reason { finding, file, line, remedy, .. } = mended.reason;
        let at = self.place(file, Some(*line), &place(file, Some(*line)));
        row(&[format!("{} at {at}", code(&finding.rule)), prose(remedy), mended.routes(code)])
    }

    fn reasons(&self, reasons: &[&Reason]) -> String {
        let named = reasons.iter().take(NAMED).map(|reason| {
            let at = self.place(&reason.file, Some(reason.line), &place(&reason.file, Some(reason.line)));
            let remedy = match reason.remedy.as_str() {
                "" => String::new(),
                remedy => format!(": {}", prose(remedy)),
            };
            format!("{} at {at}{remedy}", code(&reason.finding.rule))
        });
        with_more(named.collect(), reasons.len())
    }

    /// A place by its path in the repository.
    fn place(&self, file: &str, line: Option<u32>, name: &str) -> String {
        let path = self.report.repository_path(file);
        let name = name.strip_prefix(file).map_or_else(|| name.to_owned(), |rest| format!("{path}{rest}"));
        linked(self.report, self.view, &name, file, line.unwrap_or(1))
    }

    fn along(&self, along: &Along) -> String {
        let routes: Vec<String> = along.moving.iter().map(|route| code(route)).collect();
        row(&[code(&self.report.repository_path(&along.file)), some(&routes), along.staying.to_string()])
    }

    /// A folder by its path in the repository.
    fn folder(&self, root: &str) -> String {
        let path = self.report.repository_path(root);
        code(if path.is_empty() { "." } else { &path })
    }

    /// The rules of verdicts, folded.
    fn rules(&mut self, advice: &Advice) {
        if advice.rules.is_empty() || self.view.quiet {
            return;
        }
        let rules = advice.rules.iter().map(|rule| format!("- {}: {}\n", code(rule.name), prose(rule.text)));
        let list: String = rules.collect();
        self.line(&format!(
            "\n<details><summary>Verdicts, by the first rule that fits</summary>\n\n{list}\n</details>\n"
        ));
    }

    fn count_missing(&mut self) {
        let Missing { routes, others } = self.missing;
        let mut missing = Vec::new();
        if routes > 0 {
            missing.push(count(routes, "more route"));
        }
        if others > 0 {
            missing.push(count(others, "more line"));
        }
        if !missing.is_empty() {
            self.page.force(&format!(
                "\n{} of the decision not listed here: there is no room.\n",
                missing.join(" and ")
            ));
        }
    }
}

/// A row of a table.
fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The first few, and how many more there are.
fn some(all: &[String]) -> String {
    with_more(all.iter().take(NAMED).cloned().collect(), all.len())
}

fn with_more(named: Vec<String>, all: usize) -> String {
    let more = all.saturating_sub(NAMED);
    if more == 0 { named.join(", ") } else { format!("{} and {more} more", named.join(", ")) }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;
    use crate::report::COMMENT_LIMIT;
    use crate::report::advice_sample::{advice, hostile};
    use crate::report::sample::report;

    fn written(advice: &Advice, view: &View, limit: usize) -> String {
        let mut out = Vec::new();
        write_markdown_advice(&report(), advice, view, limit, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The lines above the findings.
    fn decision(text: &str) -> &str {
        text.split_once("### routelint: ").unwrap().0
    }

    #[test]
    fn a_comment_begins_with_the_decision() {
        insta::assert_snapshot!(decision(&written(&advice(), &View::default(), COMMENT_LIMIT)), @r"
        ### Where the API belongs: both, Next.js routes and Express (a persistent service)

        Two routes need a process that stays up: /api/chat holds sockets, /api/export works for up to 12 min. The other 38 routes have nothing that a function cannot do. Not close: 2 of 40 routes move, and both for reasons that nothing on Vercel meets. By the rule `some-need-a-server`.

        What would change it:

        - If chat went to a hosted service such as Pusher, and exports to a queue with workers, all would stay in Next.js.
        - A mobile app that uses the same API would speak for moving the rest too.

        | | Speaks for | Need | Why | Evidence |
        |---|---|---|---|---|
        | yes | requires a server | WebSockets or real-time? | /api/chat opens a WebSocket server, which a function cannot keep. | `apps/apps/web/app/api/chat/route.ts:12` |
        | yes | requires a server | Long-running jobs? | /api/export waits for up to 12 min | `apps/apps/web/lib/export-1.ts:1`, `apps/apps/web/lib/export-2.ts:2`, `apps/apps/web/lib/export-3.ts:3` and 2 more |
        | no | prefers a server | Several clients of the same API? | no mobile app in the workspace, no CORS headers for foreign origins, no API keys and no OpenAPI file were found |  |
        | ? | prefers Next.js | A single developer? | there is no history to read |  |

        | Moves | Becomes | Because of |
        |---|---|---|
        | `GET /api/chat` | a WebSocket service | `websocket-server` at `apps/apps/web/app/api/chat/route.ts:12`: hold them in a service |
        | `GET /api/export` | a worker with a queue | `heavy-work` at `apps/apps/web/lib/export-1.ts:12`: hand it to a queue |

        | Mended in place | How | For |
        |---|---|---|
        | `in-memory-rate-limit` at `apps/apps/web/lib/limit.ts:12` | keep the counts in Redis | `/api/users/[id]` |

        37 routes stay as they are.

        | Moves along | With | Routes that stay with it |
        |---|---|--:|
        | `apps/apps/web/lib/db.ts` | `/api/chat`, `/api/export` | 31 |

        Servers that are there already: `apps/apps/worker` (express)

        > The history of the repository: there is no git here.

        <details><summary>Verdicts, by the first rule that fits</summary>

        - `all-need-a-server`: Every route that answers requests needs a server: the API is a persistent service.
        - `some-need-a-server`: Some routes need what no function has, and nothing else meets it: these move, the others stay.

        </details>
        ");
    }

    #[test]
    fn without_a_decision_it_is_the_report() {
        let mut alone = Vec::new();
        crate::report::write_markdown_report(&report(), &View::default(), COMMENT_LIMIT, &mut alone).unwrap();
        assert_eq!(written(&Advice::default(), &View::default(), COMMENT_LIMIT).into_bytes(), alone);
    }

    #[test]
    fn names_notify_nobody_and_break_no_table() {
        let text = written(&hostile(), &View { quiet: true, ..View::default() }, COMMENT_LIMIT);
        let text = decision(&text);
        let bars = |line: &&str| line.replace("\\|", "").matches('|').count();
        let rows = |number| text.lines().filter(|it| it.starts_with('|') && bars(it) == number).count();
        let all = text.lines().filter(|line| line.starts_with('|')).count();
        // Four needs; two moving routes and a module; a finding that is mended. Each table has a head of two lines.
        assert_eq!((rows(6), rows(4), all), (4 + 2, (2 + 2) + (1 + 2) + (1 + 2), 16), "{text}");
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Text(words) => {
                    assert!(!words.contains("@octocat") && !words.contains("#1"), "{words}")
                }
                Event::Html(tag) | Event::InlineHtml(tag) => assert!(!tag.contains("img"), "{tag}"),
                _ => {}
            }
        }
        assert!(!text.contains(['\u{1b}', '\u{202e}']));
    }

    #[test]
    fn whatever_the_size_the_limit_holds_and_nothing_is_lost_silently() {
        let mut advice = advice();
        let moved = advice.apps[0].routes[0].clone();
        advice.apps[0].routes.extend(vec![moved; 900]);
        for limit in [5_000, COMMENT_LIMIT, 1 << 20] {
            let text = written(&advice, &View::default(), limit);
            assert!(text.len() <= limit, "{} > {limit}", text.len());
            let rows = text.matches("| a WebSocket service |").count();
            let missing = format!("{} more routes", 902 - rows - text.matches("| a worker").count());
            assert!(rows == 901 || text.contains(&missing), "{rows} {missing}\n{text}");
            assert!(text.contains("### routelint: 1 error, 1 warning") && text.ends_with("suppressed\n"));
        }
    }

    #[test]
    fn places_lead_to_their_files() {
        let view = View { sources: Some("https://x/blob/1".into()), ..View::default() };
        let text = written(&advice(), &view, COMMENT_LIMIT);
        let link = "[`apps/apps/web/lib/limit.ts:12`](https://x/blob/1/apps/apps/web/lib/limit.ts#L12)";
        assert!(text.contains(link), "{text}");
    }
}
