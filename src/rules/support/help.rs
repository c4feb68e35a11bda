//! What to do about clients, in the words of each target.

use super::clients::ClientSite;
use crate::catalogue::ClientKind;
use crate::facts::{ExportKind, FunctionId, Origin};
use crate::link::{ExprRef, Value};
use crate::project::Target;
use crate::rules::RuleContext;

/// How to open a client once.
pub(crate) fn shared_client(
    context: &RuleContext<'_, '_>,
    client: &ClientSite<'_>,
    target: Target,
) -> String {
    let mut help = match exported_elsewhere(context, client) {
        Some((name, path)) => format!("Import `{name}` from {path}, which already holds one."),
        None => {
            "Make it once in a module of its own, such as lib/db.ts, keep it on `globalThis` for reloads in \
                 development, and import it here."
                .to_owned()
        }
    };
    if let Some(more) = target_advice(client, target) {
        help.push(' ');
        help.push_str(&more);
    }
    help
}

/// What a target asks of a shared connection pool.
pub(crate) fn target_advice(client: &ClientSite<'_>, target: Target) -> Option<String> {
    if !matches!(client.kind, ClientKind::Tcp | ClientKind::Ws) {
        return None;
    }
    let advice = match target {
        Target::Vercel if client.client.attach_pool => {
            "On Vercel call `attachDatabasePool()` from `@vercel/functions` right after making it, so that idle \
             connections are closed before the instance is suspended."
        }
        Target::Vercel => "On Vercel use a pooled connection string, or an HTTP driver.",
        Target::Netlify | Target::Lambda if is_sql(client.what) => {
            "An instance serves one request at a time: limit it to one connection and put a pooler (PgBouncer, RDS \
             Proxy) before the database."
        }
        Target::Netlify | Target::Lambda => {
            "An instance serves one request at a time: one connection each is enough."
        }
        Target::CloudRun | Target::Cluster => {
            "Size it as the database's connection limit divided by the number of instances."
        }
        Target::Server => "One pool serves the whole process.",
        Target::Cloudflare => return None,
    };
    Some(advice.to_owned())
}

/// Databases that poolers such as `PgBouncer` exist for.
fn is_sql(what: &str) -> bool {
    [
        "Prisma",
        "PostgreSQL",
        "Postgres",
        "MySQL",
        "MariaDB",
        "SQL",
        "Drizzle",
        "Knex",
        "Kysely",
        "Sequelize",
        "TypeORM",
    ]
    .iter()
    .any(|name| what.contains(name))
}

/// Another module's export that holds a client of the same kind: its name and the module's path.
pub(crate) fn exported_elsewhere(
    context: &RuleContext<'_, '_>,
    client: &ClientSite<'_>,
) -> Option<(String, String)> {
    let program = context.program;
    let same = context.clients.iter().filter(|other| {
        std::ptr::eq(other.client, client.client)
            && other.file != client.file
            && other.function.id == FunctionId::MODULE
            && program.routes.iter().all(|route| route.file != other.file)
    });
    same.into_iter().find_map(|other| {
        let module = program.module(other.file)?;
        let construct = ExprRef { file: other.file, id: module.facts.site(other.site).expr };
        let name = module.facts.exports.iter().find_map(|export| {
            let value = match export.kind {
                ExportKind::Binding(binding) => {
                    if matches!(module.facts.binding(binding).origin, Origin::Import(_)) {
                        return None;
                    }
                    program.binding_value(other.file, binding)
                }
                ExportKind::Value(id) | ExportKind::CommonJs(id) => {
                    program.value(ExprRef { file: other.file, id })
                }
                ExportKind::From(..) | ExportKind::All(_) => return None,
            };
            let holds = match value {
                Value::Made(made) => made.at == construct,
                Value::Instance(_, Some(at)) => at == construct,
                _ => false,
            };
            holds.then(|| module.facts.text(export.name).to_owned())
        })?;
        Some((name, program.project.files.path(other.file).to_owned()))
    })
}
