//! What calls of models say of themselves: which model, and how long the caller waits at most.

use super::apis::ApiSite;
use super::arguments::argument_at;
use super::queries::chain::call_of;
use crate::catalogue::{ArgumentAt, WorkKind};
use crate::facts::{Expr, Origin};
use crate::link::{ExprRef, Program};

/// Whether a call that waits for a model names one that writes text: that takes seconds, not minutes.
pub(crate) fn runs_text_model(program: &Program<'_>, work: &ApiSite<'_, WorkKind>) -> bool {
    let Some(module) = program.module(work.file) else { return false };
    let facts = &module.facts;
    let Some(&first) = facts.list(work.args).first() else { return false };
    let Expr::Str(name) = facts.expr(first) else { return false };
    let slug = facts.text(name);
    let Some((owner, model)) = slug.split_once('/') else { return false };
    match owner {
        "openai" => model.starts_with("gpt") && !model.contains("image"),
        "google" => model.starts_with("gemini") && !model.contains("image"),
        "anthropic" | "deepseek-ai" | "mistralai" => true,
        "meta" => model.contains("llama"),
        _ => false,
    }
}

/// After how many milliseconds a call gives up, where that is written at it: `abortSignal: AbortSignal.timeout(8_000)`.
pub(crate) fn gives_up_after(program: &Program<'_>, work: &ApiSite<'_, WorkKind>) -> Option<f64> {
    let keys = [(0, "abortSignal"), (1, "signal"), (1, "timeout"), (0, "signal")];
    keys.into_iter().find_map(|(arg, key)| {
        let place = ArgumentAt { arg, key: Some(key.to_owned()) };
        let at = argument_at(program, &place, (work.file, work.args))?;
        if let Some(number) = program.number(at) {
            return (key == "timeout").then_some(number);
        }
        let facts = &program.module(at.file)?.facts;
        let id = match facts.expr(at.id) {
            Expr::Local(name) => match facts.binding(name).origin {
                Origin::Init { expr, path, .. } if path.is_empty() => expr,
                _ => return None,
            },
            _ => at.id,
        };
        let (_, callee, args) = call_of(facts, id)?;
        let Expr::Member { object, property } = facts.expr(callee) else { return None };
        let is_signal = matches!(facts.expr(object), Expr::Global(name) if facts.text(name) == "AbortSignal");
        let &first = facts.list(args).first()?;
        let time = program.number(ExprRef { file: at.file, id: first });
        time.filter(|_| is_signal && facts.text(property) == "timeout")
    })
}
