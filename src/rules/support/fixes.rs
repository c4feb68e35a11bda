//! Fixes that several rules give.

use crate::diagnostic::{Applicability, Edit, EditKind, Fix};
use crate::facts::{Binding, BindingKind, Expr, FunctionId, ModuleFacts, Origin, RequestKind, SiteKind};
use crate::link::Program;
use crate::span::{FileId, Location, Span};

use super::clients::ClientSite;

/// Keeps a client that a module makes on the global object, so that reloads in development find it.
pub(crate) fn guard(program: &Program<'_>, client: &ClientSite<'_>) -> Option<Fix> {
    let facts = &program.module(client.file)?.facts;
    let binding = declared(facts, client)?;
    let name = facts.text(binding.name);
    let holder = format!("globalFor{}{}", name.get(..1)?.to_uppercase(), name.get(1..)?);
    // A name that the module uses already would mean something else.
    if facts.name_of(&holder).is_some() {
        return None;
    }
    let holds = if is_typescript(program.project.files.path(client.file)) {
        format!("const {holder} = globalThis as unknown as {{ {name}?: {} }};", type_of(facts, client)?)
    } else {
        format!("const {holder} = globalThis;")
    };
    let construct = facts.site(client.site).span;
    let keeps = format!("if (process.env.NODE_ENV !== 'production') {holder}.{name} = {name};");
    let at = |span| Location { file: client.file, span };
    let start = Span::new(construct.start, construct.start);
    Some(Fix {
        title: format!("Keep `{name}` on globalThis for reloads in development"),
        applicability: Applicability::Safe,
        edits: vec![
            Edit { at: at(binding.span), kind: EditKind::LineBefore(holds) },
            Edit { at: at(start), kind: EditKind::Replace(format!("{holder}.{name} ?? ")) },
            Edit { at: at(construct), kind: EditKind::LineAfter(keeps) },
        ],
    })
}

/// The module's own constant that is exactly what the construct gives.
pub(crate) fn declared<'f>(facts: &'f ModuleFacts, client: &ClientSite<'_>) -> Option<&'f Binding> {
    let made = facts.site(client.site).expr;
    facts.bindings.iter().find(|binding| {
        binding.function == FunctionId::MODULE
            && binding.kind == BindingKind::Const
            && matches!(binding.origin, Origin::Init { expr, path, .. } if expr == made && path.is_empty())
    })
}

/// The type of what a construct gives, in words of the module: its class, or what its function returns.
fn type_of(facts: &ModuleFacts, client: &ClientSite<'_>) -> Option<String> {
    let (callee, is_new) = match facts.site(client.site).kind {
        SiteKind::New { callee, .. } => (callee, true),
        SiteKind::Call { callee, .. } => (callee, false),
        _ => return None,
    };
    let Expr::Local(binding) = facts.expr(callee) else { return None };
    let name = facts.text(facts.binding(binding).name);
    Some(if is_new { name.to_owned() } else { format!("ReturnType<typeof {name}>") })
}

fn is_typescript(path: &str) -> bool {
    [".ts", ".tsx", ".mts"].iter().any(|end| path.ends_with(end))
}

/// Removes a statement.
pub(crate) fn remove(file: FileId, span: Span, title: &str) -> Fix {
    Fix {
        title: title.to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit { at: Location { file, span }, kind: EditKind::RemoveStatement }],
    }
}

/// An import line after the module's last import; `None` for a module without imports, which may be CommonJS.
pub(crate) fn import_line(facts: &ModuleFacts, file: FileId, line: String) -> Option<Edit> {
    let imports = facts.requests.iter().filter(|request| request.kind == RequestKind::Import);
    let last = imports.max_by_key(|request| request.span.start)?;
    Some(Edit { at: Location { file, span: last.span }, kind: EditKind::LineAfter(line) })
}

/// Replaces a module's own client by one that another module exports under `name`.
pub(crate) fn share(
    program: &Program<'_>,
    client: &ClientSite<'_>,
    (name, path): (&str, &str),
) -> Option<Fix> {
    let facts = &program.module(client.file)?.facts;
    let local = facts.text(declared(facts, client)?.name);
    let from = relative(program.project.files.path(client.file), path);
    let line = match name {
        "default" => format!("import {local} from '{from}';"),
        name if name == local => format!("import {{ {name} }} from '{from}';"),
        name => format!("import {{ {name} as {local} }} from '{from}';"),
    };
    let at = Location { file: client.file, span: facts.site(client.site).span };
    Some(Fix {
        title: format!("Import the client of {path}"),
        applicability: Applicability::Unsafe,
        edits: vec![import_line(facts, client.file, line)?, Edit { at, kind: EditKind::RemoveDeclaration }],
    })
}

/// The specifier by which one file imports another, without extension and `/index`.
fn relative(from: &str, to: &str) -> String {
    let mut here: Vec<&str> = from.split('/').collect();
    here.pop();
    let there: Vec<&str> = to.split('/').collect();
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let mut path = match here.len() - shared {
        0 => "./".to_owned(),
        up => "../".repeat(up),
    };
    path.push_str(&there[shared..].join("/"));
    let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
    stem.strip_suffix("/index").unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn specifiers_lead_from_folder_to_folder() {
        assert_eq!(relative("app/api/users/route.ts", "lib/db.ts"), "../../../lib/db");
        assert_eq!(relative("app/api/route.ts", "app/api/db.ts"), "./db");
        assert_eq!(relative("lib/a.ts", "lib/db/index.ts"), "./db");
    }
}
