//! Calls that send SQL: which those are, where the text stands, and what it reads.

use super::Call;
use super::chain::{Fate, last_name, outwards};
use super::filter::text_of;
use super::look::Seen;
use super::sql::select;
use crate::catalogue::QueryKind;
use crate::facts::{ExprId, SiteKind};
use crate::link::{ExprRef, Value};

/// A text of SQL that is given to a driver.
pub(super) fn text(call: Call<'_, '_>, kind: Option<QueryKind>) -> Option<Seen> {
    let found = sql(call, sql_text(call, kind)?)?;
    // Rows and fields in a pair look as if only the first row were used.
    let fate = if found.fate == Fate::First { Fate::Awaited } else { found.fate };
    Some(Seen { fate, ..found })
}

/// Where the SQL of a call stands that sends some: its first argument, or its template.
pub(super) fn sql_text(call: Call<'_, '_>, kind: Option<QueryKind>) -> Option<ExprId> {
    let facts = &call.program.module(call.file)?.facts;
    let sends = match kind {
        Some(kind) => kind == QueryKind::Sql,
        None => {
            let value = || call.program.value(ExprRef { file: call.file, id: call.callee });
            last_name(facts, call.callee).is_some_and(takes_sql)
                && matches!(value(), Value::Unknown | Value::Made(_) | Value::External(_))
        }
    };
    match facts.site(call.site).kind {
        _ if !sends => None,
        SiteKind::Tagged { template, .. } => Some(template),
        _ => facts.list(call.args).first().copied(),
    }
}

/// Whether methods of this name are given SQL.
pub(super) fn takes_sql(method: &str) -> bool {
    matches!(
        method,
        "query" | "execute" | "$queryRaw" | "$queryRawUnsafe" | "unsafe" | "prepare" | "sql" | "raw"
    )
}

/// A call that is given SQL.
pub(super) fn sql(call: Call<'_, '_>, source: ExprId) -> Option<Seen> {
    let module = call.program.module(call.file)?;
    let facts = &module.facts;
    let text = text_of(call.program, ExprRef { file: call.file, id: source }, 0)?;
    let select = select(&text)?;
    let chain = outwards(module, call.declared, facts.site(call.site).expr);
    // `prepare(sql).get()` reads one row; a statement that is only prepared reads none.
    let steps: Vec<&str> = chain.steps.iter().map(|step| facts.text(step.name)).collect();
    if last_name(facts, call.callee) == Some("prepare") && !steps.contains(&"all") {
        return None;
    }
    let fate = if steps.contains(&"all") { Fate::Awaited } else { chain.fate };
    Some(Seen {
        what: "an SQL query",
        table: Some(select.table),
        reach: select.reach,
        arranged: select.arranged,
        fate,
        end: chain.end,
        by_api: false,
    })
}
