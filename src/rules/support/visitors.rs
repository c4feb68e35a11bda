//! Clients that hold one visitor's session, shared by all requests.

use super::apis::ApiSite;
use super::judge::Words;
use super::place::{Occurrence, PER_REQUEST, found, occurrence, verdict};
use crate::catalogue::StoreKind;
use crate::diagnostic::{Finding, Note};
use crate::facts::SiteKind;
use crate::link::{ExprRef, Frequency, FunctionRef, Phase, Program, Value};
use crate::rules::RuleContext;
use crate::span::Location;

/// Sign-ins on a client that outlives the request, and clients of one visitor that do.
pub(crate) fn shared_sessions(context: &RuleContext<'_, '_>, rule: &str, findings: &mut Vec<Finding>) {
    for site in &context.apis.stores {
        findings.extend(match site.api.kind {
            StoreKind::Login => signed_in(context, rule, site),
            StoreKind::VisitorClient => kept(context, rule, site),
            _ => None,
        });
    }
}

/// `shared.auth.signInWithPassword(…)`: the client keeps the session in memory and uses it for everybody after.
fn signed_in(context: &RuleContext<'_, '_>, rule: &str, site: &ApiSite<'_, StoreKind>) -> Option<Finding> {
    let program = context.program;
    let facts = &program.module(site.file)?.facts;
    let SiteKind::Call { callee, .. } = facts.site(site.site).kind else { return None };
    let Value::Made(made) = program.value(ExprRef { file: site.file, id: callee }) else {
        return None;
    };
    let (made, _) = outliving(program, made.at)?;
    let here = occurrence(program, site.location(program), site.function, PER_REQUEST)?;
    let words = Words {
        message: "signs a visitor in on a client that all requests share: whoever comes next acts as this visitor"
            .to_owned(),
        help: "Make a client for each request: `createServerClient()` of `@supabase/ssr` with the request's cookies."
            .to_owned(),
        step: "signs in on the shared client".to_owned(),
    };
    let mut finding = report(program, rule, here, words)?;
    finding.related.push(Note { at: made, message: "the shared client is made here".to_owned() });
    Some(finding)
}

/// A client with cookies that is made once.
fn kept(context: &RuleContext<'_, '_>, rule: &str, site: &ApiSite<'_, StoreKind>) -> Option<Finding> {
    let program = context.program;
    let (_, here) = outliving(program, site.expr(program))?;
    let words = Words {
        message: format!(
            "{} is kept for all requests: it goes on with the session of the first one",
            site.api.what
        ),
        help: "Make it in a function that each request calls, with that request's cookies.".to_owned(),
        step: "makes the client that is kept".to_owned(),
    };
    report(program, rule, here, words)
}

fn report(program: &Program<'_>, rule: &str, here: Occurrence, words: Words) -> Option<Finding> {
    let verdict = verdict(program, rule, here, |_, _| true)?;
    found(program, rule, here, verdict, words)
}

/// Where a client is made, if later requests get the same one.
fn outliving(program: &Program<'_>, at: ExprRef) -> Option<(Location, Occurrence)> {
    use crate::facts::Expr;
    let facts = &program.module(at.file)?.facts;
    let (Expr::Call(id) | Expr::New(id)) = facts.expr(at.id) else { return None };
    let site = facts.site(id);
    let place = Location { file: at.file, span: site.span };
    let function = FunctionRef { file: at.file, id: site.function };
    let kept = match program.frequency(at.file, id) {
        Frequency::Memoised => true,
        Frequency::Once => program.graph.code(function, Phase::Init).is_some(),
        Frequency::PerRequest => false,
    };
    let phases = [Phase::Init, Phase::Request, Phase::AfterResponse];
    Some((place, occurrence(program, place, function, &phases)?)).filter(|_| kept)
}
