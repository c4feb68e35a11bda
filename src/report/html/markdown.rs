//! The page of a rule as HTML.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use askama::Template;

use crate::pattern::highlight;
use crate::report::escape::one_line;
use crate::report::source::SourceText;
use crate::rules::RuleMeta;

use super::code::{Line, plain};

/// A block of code.
#[derive(Template)]
#[template(path = "listing.html")]
struct Listing {
    title: String,
    code: Vec<Line>,
}

/// What a rule's page says; of a built-in rule without the title and the examples, which its published page has.
pub(super) fn page_text(rule: &RuleMeta) -> String {
    let page = rule.page;
    let page = match page.strip_prefix("# ") {
        Some(page) => page.split_once('\n').map_or("", |(_, below)| below),
        None => page,
    };
    let examples = ["\n## Found\n", "\n## Not found\n"].iter().filter_map(|heading| page.find(heading)).min();
    let end = examples.filter(|_| rule.url().is_some()).unwrap_or(page.len());
    to_html(page.get(..end).unwrap_or(page))
}

/// Markdown as HTML in which nothing runs, loads or leads to anything but web pages. A team's rules bring pages that
/// nobody here has read.
pub(super) fn to_html(markdown: &str) -> String {
    let mut code: Option<(String, String)> = None;
    let mut links: Vec<bool> = Vec::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        Event::Start(Tag::CodeBlock(kind)) => {
            let info = match kind {
                CodeBlockKind::Fenced(info) => info.into_string(),
                CodeBlockKind::Indented => String::new(),
            };
            code = Some((info, String::new()));
            None
        }
        Event::End(TagEnd::CodeBlock) => {
            let (info, text) = code.take()?;
            Some(Event::Html(listing(&info, text).into()))
        }
        Event::Text(text) => match &mut code {
            Some((_, open)) => {
                open.push_str(&text);
                None
            }
            None => Some(Event::Text(shown(&text))),
        },
        Event::Code(text) => Some(Event::Code(shown(&text))),
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(shown(&text))),
        Event::Start(Tag::Heading { level, id: _, classes: _, attrs: _ }) => {
            Some(Event::Start(heading(level)))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            let leads = dest_url.starts_with("https://") || dest_url.starts_with("http://");
            links.push(leads);
            leads.then(|| {
                Event::Start(Tag::Link {
                    link_type,
                    dest_url: shown(&dest_url),
                    title: "".into(),
                    id: "".into(),
                })
            })
        }
        Event::End(TagEnd::Link) => links.pop()?.then_some(Event::End(TagEnd::Link)),
        // Of a picture, its description stays.
        Event::Start(Tag::Image { .. } | Tag::HtmlBlock) | Event::End(TagEnd::Image | TagEnd::HtmlBlock) => {
            None
        }
        event => Some(event),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// Headings below those of the report.
fn heading<'a>(level: HeadingLevel) -> Tag<'a> {
    Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() }
}

const fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

fn shown<'a>(text: &str) -> CowStr<'a> {
    one_line(text).into_owned().into()
}

/// A block of code with the title that its info string names.
fn listing(info: &str, text: String) -> String {
    let language = info.split([' ', ',']).next().unwrap_or("");
    let title = info.split_once("title=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or("");
    let painted = highlight(&format!("x.{language}"), &text);
    let source = SourceText::new(text.trim_end().to_owned());
    let listing = Listing { title: title.to_owned(), code: plain(&source, painted.as_ref()) };
    // Writing to a string cannot fail.
    listing.render().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{CLIENT, STORE};

    #[test]
    fn nothing_of_a_page_runs() {
        let html = to_html(
            "# A <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1)) ![y](https://z/y.png) \
             [z](https://z/?a=\"b) \u{202e}\n\n```html\n</code></pre><script>\n```\n",
        );
        assert!(
            !html.contains("<script") && !html.contains("<img") && !html.contains("javascript:"),
            "{html}"
        );
        assert!(html.contains("<h4>") && html.contains("href=\"https://z/"), "{html}");
        assert!(html.contains("\\u{202e}") && !html.contains('\u{202e}'), "{html}");
    }

    #[test]
    fn a_rules_page_comes_without_its_title() {
        let html = page_text(&CLIENT);
        assert!(html.starts_with("<p>Every request opens <strong>its own</strong>"), "{html}");
        assert!(html.contains("app/api/users/route.ts") && html.contains("<h4>Why</h4>"), "{html}");
        assert_eq!(page_text(&STORE), "");
    }
}
