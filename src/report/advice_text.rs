//! A decision on a terminal.

use std::io::{self, Write};

use owo_colors::Style;

use super::advice::{
    Advice, Along, Answer, AppAdvice, Choice, Evidence, Need, Placement, Reason, Verdict, Where,
};
use super::advice_words::{
    Mended, also_loaded, answer, choice, columns, evidence_place, has_own_verdict, is_empty,
    mended as mended_in_place, place, reasons, route, untouched, weight,
};
use super::escape::one_line;
use super::style::{Page, columns as width, count};

/// Evidence and reasons shown before the rest are only counted.
const SHOWN: usize = 3;
/// Findings and modules listed before the rest are only counted.
const LISTED: usize = 15;
/// Up to so many routes that stay as they are, they are named.
const FEW: usize = 5;

/// Writes the decision: for each app the verdict, the checklist and the placement; then the rules of verdicts and what
/// could not be looked at.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_advice(advice: &Advice, page: Page, out: &mut impl Write) -> io::Result<()> {
    let mut text = Text { page, out: String::new() };
    if is_empty(advice) {
        text.paragraph(0, "nothing to decide: no Next.js app with routes was found");
    }
    if !is_empty(advice) && has_own_verdict(advice) {
        text.heading(0, "The repository");
        text.verdict(&advice.verdict);
    }
    for app in &advice.apps {
        text.app(app);
    }
    text.services(advice);
    text.end(advice);
    out.write_all(text.out.as_bytes())
}

/// Lines written so far.
struct Text {
    page: Page,
    out: String,
}

impl Text {
    /// A paragraph, all of it indented.
    fn paragraph(&mut self, indent: usize, text: &str) {
        self.hanging(indent, indent, text);
    }

    /// A paragraph whose first line begins elsewhere than the others. The text may be painted.
    fn hanging(&mut self, first: usize, rest: usize, text: &str) {
        self.out.push_str(&self.page.wrap(text, &" ".repeat(first), &" ".repeat(rest)));
        self.out.push('\n');
    }

    /// A heading, set off from what stands above.
    fn heading(&mut self, indent: usize, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let painted = self.page.bold(&one_line(text));
        self.hanging(indent, indent + 2, &painted);
    }

    fn app(&mut self, app: &AppAdvice) {
        self.heading(0, &format!("{} → {}", app.root, app.target));
        self.verdict(&app.verdict);
        if !app.needs.is_empty() {
            self.heading(2, "Checklist");
        }
        for need in &app.needs {
            self.need(need);
        }
        self.placement(app);
        if !app.along.is_empty() {
            self.heading(2, "What moves along");
        }
        for along in app.along.iter().take(LISTED) {
            self.along(along);
        }
        if app.along.len() > LISTED {
            self.paragraph(
                4,
                &self.page.dim(&format!("and {}", count(app.along.len() - LISTED, "more module"))),
            );
        }
    }

    fn verdict(&mut self, verdict: &Verdict) {
        let colour = match verdict.choice {
            Choice::Next => Style::new().green().bold(),
            Choice::Server | Choice::Both => Style::new().yellow().bold(),
            Choice::Undecided => Style::new().bold(),
        };
        self.hanging(2, 4, &format!("Verdict: {}", self.page.paint(choice(verdict.choice), colour)));
        if !verdict.rule.is_empty() {
            self.paragraph(2, &self.page.dim(&format!("by the rule {}", verdict.rule)));
        }
        for said in [&verdict.because, &verdict.closeness].into_iter().filter(|said| !said.is_empty()) {
            self.paragraph(2, &one_line(said));
        }
        if !verdict.would_change.is_empty() {
            self.paragraph(2, "What would change it:");
        }
        for change in &verdict.would_change {
            self.hanging(2, 4, &format!("• {}", one_line(change)));
        }
    }

    /// The answer, what it speaks for and the question in columns; below them why, and the evidence.
    fn need(&mut self, need: &Need) {
        let style = match (need.answer, need.met) {
            (Answer::Yes, false) => Style::new().yellow().bold(),
            (Answer::Yes, true) => Style::new().green().bold(),
            (Answer::No | Answer::Unknown, _) => Style::new().dimmed(),
        };
        let said = self.page.paint(answer(need.answer), style);
        let gap = " ".repeat(5 - answer(need.answer).len().min(4));
        let speaks = weight(need.weight);
        let pad = " ".repeat(19_usize.saturating_sub(width(speaks)));
        let line = format!("{said}{gap}{}{pad}{}", self.page.dim(speaks), self.page.bold(need.question));
        self.hanging(4, 9, &line);
        if !need.because.is_empty() {
            self.paragraph(9, &one_line(&need.because));
        }
        for evidence in need.evidence.iter().take(SHOWN) {
            self.evidence(evidence);
        }
        self.more(11, need.evidence.len());
    }

    fn evidence(&mut self, evidence: &Evidence) {
        let place = evidence_place(evidence);
        let place = self.page.link(&one_line(&place));
        let text = one_line(&evidence.text);
        let line = if evidence.file.is_empty() { text.into_owned() } else { format!("{place}  {text}") };
        self.hanging(11, 13, &line);
    }

    /// How many are not shown.
    fn more(&mut self, indent: usize, all: usize) {
        if all > SHOWN {
            self.paragraph(indent, &self.page.dim(&format!("and {} more", all - SHOWN)));
        }
    }

    fn placement(&mut self, app: &AppAdvice) {
        let (moves, mended, fine) = columns(app);
        if app.routes.is_empty() {
            return;
        }
        if !moves.is_empty() {
            self.heading(2, &format!("Moves: {}", count(moves.len(), "route")));
        }
        for placement in moves {
            let becomes = match placement.place {
                Where::Moves(becomes) => format!(" → {}", becomes.words()),
                Where::Stays => String::new(),
            };
            self.hanging(4, 6, &format!("{}{}", one_line(&route(placement)), self.page.bold(&becomes)));
            self.reasons(reasons(placement, true).collect(), "");
            self.reasons(reasons(placement, false).collect(), "also: ");
        }
        let of_these = match mended.len() {
            0 => String::new(),
            number => format!(", {number} mended in place"),
        };
        self.heading(2, &format!("Stays: {}{of_these}", count(mended.len() + fine, "route")));
        self.mended(&mended_in_place(&mended));
        let unharmed = || app.routes.iter().filter(|it| it.place == Where::Stays && it.reasons.is_empty());
        if fine > FEW {
            self.paragraph(4, &untouched(fine));
        } else {
            unharmed().for_each(|placement: &Placement| self.hanging(4, 6, &one_line(&route(placement))));
        }
    }

    /// What is done to routes that stay, each once for all that it concerns.
    fn mended(&mut self, mended: &[Mended<'_>]) {
        for one in mended.iter().take(LISTED) {
            let Reason { finding, file, line, remedy, .. } = one.reason;
            let place = place(file, Some(*line));
            self.hanging(
                4,
                6,
                &format!("{}  {}", one_line(&finding.rule), self.page.link(&one_line(&place))),
            );
            self.hanging(6, 8, &format!("→ {}", one_line(remedy)));
            self.hanging(
                6,
                8,
                &self.page.dim(&format!("for {}", one.routes(|route| one_line(route).into_owned()))),
            );
        }
        if mended.len() > LISTED {
            let more = count(mended.len() - LISTED, "more finding");
            self.paragraph(4, &self.page.dim(&format!("and {more}: `routelint` lists them all")));
        }
    }

    fn reasons(&mut self, reasons: Vec<&Reason>, before: &str) {
        for Reason { finding, file, line, message, remedy, .. } in reasons.iter().take(SHOWN) {
            let place = place(file, Some(*line));
            let line = format!("{before}{}  {}", one_line(&finding.rule), self.page.link(&one_line(&place)));
            self.hanging(6, 8, &line);
            self.paragraph(8, &one_line(message));
            if !remedy.is_empty() {
                self.hanging(8, 10, &format!("→ {}", one_line(remedy)));
            }
        }
        self.more(6, reasons.len());
    }

    fn along(&mut self, Along { file, moving, staying }: &Along) {
        let named: Vec<_> = moving.iter().take(SHOWN).map(|route| one_line(route)).collect();
        let more = match moving.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let others = also_loaded(*staying);
        self.hanging(4, 6, &self.page.link(&one_line(file)));
        self.paragraph(6, &format!("with {}{more}{others}", named.join(", ")));
    }

    fn services(&mut self, advice: &Advice) {
        if advice.services.is_empty() {
            return;
        }
        self.heading(0, "Servers that are there already");
        for service in &advice.services {
            self.hanging(
                2,
                4,
                &format!("{}  {}", self.page.link(&one_line(&service.root)), one_line(&service.framework)),
            );
        }
    }

    fn end(&mut self, advice: &Advice) {
        if !advice.unknown.is_empty() {
            self.heading(0, "What could not be looked at");
        }
        for unknown in &advice.unknown {
            self.hanging(2, 4, &format!("• {}", one_line(unknown)));
        }
        if !advice.rules.is_empty() {
            self.heading(0, "Verdicts, by the first rule that fits");
        }
        for rule in &advice.rules {
            self.hanging(2, 4, &format!("{}: {}", self.page.bold(rule.name), rule.text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::advice_sample::{advice, hostile};

    fn written(advice: &Advice, page: Page) -> String {
        let mut out = Vec::new();
        write_advice(advice, page, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_decision_is_read_from_the_verdict_down() {
        insta::assert_snapshot!(written(&advice(), Page::default()), @r"
        apps/web → vercel
          Verdict: both, Next.js routes and Express (a persistent service)
          by the rule some-need-a-server
          Two routes need a process that stays up: /api/chat holds sockets, /api/export
          works for up to 12 min. The other 38 routes have nothing that a function
          cannot do.
          Not close: 2 of 40 routes move, and both for reasons that nothing on Vercel
          meets.
          What would change it:
          • If chat went to a hosted service such as Pusher, and exports to a queue with
            workers, all would stay in Next.js.
          • A mobile app that uses the same API would speak for moving the rest too.

          Checklist
            yes  requires a server  WebSockets or real-time?
                 /api/chat opens a WebSocket server, which a function cannot keep.
                   apps/web/app/api/chat/route.ts:12  a WebSocket server of `ws`
            yes  requires a server  Long-running jobs?
                 /api/export waits for up to 12 min
                   apps/web/lib/export-1.ts:1  waits for a video to be encoded
                   apps/web/lib/export-2.ts:2  waits for a video to be encoded
                   apps/web/lib/export-3.ts:3  waits for a video to be encoded
                   and 2 more
            no   prefers a server   Several clients of the same API?
                 no mobile app in the workspace, no CORS headers for foreign origins, no
                 API keys and no OpenAPI file were found
            ?    prefers Next.js    A single developer?
                 there is no history to read

          Moves: 2 routes
            GET /api/chat → a WebSocket service
              websocket-server  apps/web/app/api/chat/route.ts:12
                a function cannot keep the sockets of this server
                → hold them in a service
              also: per-request-client  apps/web/lib/db.ts:12
                each request makes a new `PrismaClient`, and with it a new connection
                pool
                → create the client once
            GET /api/export → a worker with a queue
              heavy-work  apps/web/lib/export-1.ts:12
                encodes a video in the request
                → hand it to a queue

          Stays: 38 routes, 1 mended in place
            in-memory-rate-limit  apps/web/lib/limit.ts:12
              → keep the counts in Redis
              for /api/users/[id]
            37 routes stay as they are.

          What moves along
            apps/web/lib/db.ts
              with /api/chat, /api/export; 31 routes that stay load it too

        Servers that are there already
          apps/worker  express

        What could not be looked at
          • The history of the repository: there is no git here.

        Verdicts, by the first rule that fits
          all-need-a-server: Every route that answers requests needs a server: the API
            is a persistent service.
          some-need-a-server: Some routes need what no function has, and nothing else
            meets it: these move, the others stay.
        ");
    }

    #[test]
    fn lines_fit_the_page_and_colours_change_nothing_else() {
        let plain = written(&advice(), Page::default());
        let coloured = written(&advice(), Page { colour: true, ..Page::default() });
        assert!(plain.lines().all(|line| width(line) <= 80), "{plain}");
        assert!(coloured.lines().all(|line| width(line) <= 80), "{coloured}");
        let mut bare = String::new();
        for part in coloured.split('\u{1b}') {
            bare.push_str(
                part.split_once('m').filter(|(code, _)| code.starts_with('[')).map_or(part, |it| it.1),
            );
        }
        assert_eq!(bare, plain);
    }

    #[test]
    fn text_of_the_project_controls_nothing() {
        let text = written(&hostile(), Page::default());
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && text.contains("\\x1b[31m<img"), "{text}");
    }

    #[test]
    fn nothing_decided_is_said() {
        let text = written(&Advice::default(), Page::default());
        assert_eq!(text, "nothing to decide: no Next.js app with routes was found\n");
    }

    #[test]
    fn what_moves_is_listed_however_much_it_is() {
        let mut advice = advice();
        let moved = advice.apps[0].routes[0].clone();
        advice.apps[0].routes.extend(vec![moved; 500]);
        let text = written(&advice, Page::default());
        assert!(text.contains("Moves: 502 routes\n") && text.matches("→ a WebSocket service").count() == 501);
        assert!(text.contains("37 routes stay as they are.\n"));
    }
}
