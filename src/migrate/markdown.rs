//! A plan as Markdown, which is also what the terminal shows.

use super::Plan;

/// The plan as a document.
#[must_use]
pub fn markdown(plan: &Plan) -> String {
    let mut out = format!("# {}\n", plan.title);
    if let Some(because) = &plan.because {
        out.push_str(&format!("\nWhy `--to {}`: {because}. `--to` chooses another way.\n", plan.to.as_str()));
    }
    for (number, step) in (1..).zip(&plan.steps) {
        out.push_str(&format!("\n## {number}. {}\n\n{}\n", step.heading, step.text));
        if let Some(code) = &step.code {
            let fence = fence(&code.text);
            out.push_str(&format!("\n{fence}{}\n{}{fence}\n", code.language, code.text));
        }
    }
    out.push_str("\n## Where a person must decide\n\n");
    for decision in &plan.decisions {
        out.push_str(&format!("- {decision}\n"));
    }
    out
}

/// A fence that the code does not have.
fn fence(code: &str) -> &'static str {
    if code.contains("```") { "``````" } else { "```" }
}
