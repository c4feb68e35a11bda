//! Headers that the modules of an API read or send.

use crate::facts::{Expr, List, ModuleFacts, Name, PropertyKey, SiteKind};
use crate::report::{Evidence, SourceText};
use crate::syntax::decode;

use super::ground::{Ground, sign};

/// What is done with a header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// It is read from a request.
    Read,
    /// It is put on a response, or on a request to others.
    Sent,
}

/// The first place, by file, in which a module that the API loads does this with a header, whatever its case. `text`
/// says what that means.
pub(super) fn first(
    ground: &Ground<'_>,
    loaded: &[u32],
    (done, header): (Header, &str),
    text: &str,
) -> Option<Evidence> {
    let survey = ground.survey;
    let project = &survey.project;
    loaded.iter().find_map(|&index| {
        let path = survey.imports.file(index);
        let file = survey.file(index)?;
        let facts = &survey.modules.table.get(file.index())?.as_deref()?.facts;
        let offset = offset(facts, (done, header))?;
        let bytes = project.read(file, u64::from(u32::MAX)).ok()?.ok()?;
        let source = SourceText::new(decode(bytes).text);
        Some(sign(text, path, Some(source.position(offset).line)))
    })
}

/// Where a module does it.
fn offset(facts: &ModuleFacts, (done, header): (Header, &str)) -> Option<u32> {
    let is_header = |name: Name| facts.text(name).eq_ignore_ascii_case(header);
    if !facts.names.iter().any(|name| name.eq_ignore_ascii_case(header)) {
        return None;
    }
    let named = |args: List| {
        let first = facts.list(args).first().map(|&id| facts.expr(id));
        matches!(first, Some(Expr::Str(name)) if is_header(name))
    };
    let called = facts.sites.iter().find_map(|site| {
        let SiteKind::Call { callee, args } = site.kind else { return None };
        let Expr::Member { property, .. } = facts.expr(callee) else { return None };
        let fits = match done {
            Header::Read => matches!(facts.text(property), "get" | "header"),
            Header::Sent => matches!(facts.text(property), "set" | "append" | "setHeader"),
        };
        (fits && named(args)).then_some(site.span.start)
    });
    let written = || {
        (0..).zip(&facts.exprs).find_map(|(at, expr)| match (done, expr) {
            (Header::Read, Expr::Member { property, .. }) if is_header(*property) => {
                facts.starts.get(at as usize).copied()
            }
            (Header::Sent, Expr::Object(list)) => {
                let fits = |key: &PropertyKey| matches!(key, PropertyKey::Name(key) if is_header(*key));
                let entry = facts.object(*list).iter().find(|entry| fits(&entry.key))?;
                facts.starts.get(entry.value.index()).copied()
            }
            _ => None,
        })
    };
    called.or_else(written)
}
