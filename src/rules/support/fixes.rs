//! Fixes that several rules give.

use crate::diagnostic::{Applicability, Edit, EditKind, Fix};
use crate::facts::{
    Binding, BindingKind, ExportKind, Expr, FunctionId, Import, ImportedName, ModuleFacts, Origin,
    RequestKind, SiteKind,
};
use crate::link::Program;
use crate::span::{FileId, Location, Span};

use super::clients::ClientSite;

/// Keeps a client that a module makes on the global object, so that reloads in development find it.
pub(crate) fn guard(program: &Program<'_>, client: &ClientSite<'_>) -> Option<Fix> {
    let facts = &program.module(client.file)?.facts;
    let binding = declared(facts, client);
    let name = match binding {
        Some(binding) => facts.text(binding.name).to_owned(),
        None => new_name(facts, client)?,
    };
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
    let edit = |span, kind| Edit { at: Location { file: client.file, span }, kind };
    let start = Span::new(construct.start, construct.start);
    let finds = format!("{holder}.{name} ?? ");
    let edits = match binding {
        Some(binding) => vec![
            edit(binding.span, EditKind::LineBefore(holds)),
            edit(start, EditKind::Replace(finds)),
            edit(construct, EditKind::LineAfter(keeps)),
        ],
        None => vec![
            edit(start, EditKind::LineBefore(holds)),
            edit(
                Span::new(default_export(facts, client)?.start, construct.start),
                EditKind::ReplaceWords("exportdefault", format!("const {name} = {finds}")),
            ),
            edit(construct, EditKind::LineAfter(format!("{keeps}\nexport default {name};"))),
        ],
    };
    let title = format!("Keep `{name}` on globalThis for reloads in development");
    Some(Fix { title, applicability: Applicability::Safe, edits })
}

/// The statement that exports what the construct gives, and nothing else, as default.
fn default_export(facts: &ModuleFacts, client: &ClientSite<'_>) -> Option<Span> {
    let made = facts.site(client.site).expr;
    let is_it = |kind| matches!(kind, ExportKind::Value(value) if value == made);
    facts
        .exports
        .iter()
        .find(|export| facts.text(export.name) == "default" && is_it(export.kind))
        .map(|export| export.span)
}

/// A name for a client that is exported as default and has none: that of its class, if the module uses it nowhere.
fn new_name(facts: &ModuleFacts, client: &ClientSite<'_>) -> Option<String> {
    default_export(facts, client)?;
    let SiteKind::New { callee, .. } = facts.site(client.site).kind else { return None };
    let Expr::Local(binding) = facts.expr(callee) else { return None };
    let class = facts.text(facts.binding(binding).name);
    let name = format!("{}{}", class.get(..1)?.to_lowercase(), class.get(1..)?);
    facts.name_of(&name).is_none().then_some(name)
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

/// Takes rules from the list of a comment that silences nothing of them, or the comment if it names no others.
///
/// The comment is given as it stands and with what is of no use without it.
pub(crate) fn unsilence(file: FileId, (at, whole): (Span, Span), rules: &[String], idle: &[&str]) -> Fix {
    let unused: Vec<&str> = rules.iter().map(String::as_str).filter(|rule| idle.contains(rule)).collect();
    let (span, kind, title) = if unused.len() == rules.len() {
        (whole, EditKind::RemoveComment, "Remove the comment".to_owned())
    } else {
        let rules = unused.iter().map(|&rule| rule.to_owned()).collect();
        let title = format!("Remove `{}` from the comment", unused.join("`, `"));
        (at, EditKind::RemoveRules(rules), title)
    };
    let edits = vec![Edit { at: Location { file, span }, kind }];
    Fix { title, applicability: Applicability::Safe, edits }
}

/// Has a module import a name, unless it uses the name otherwise. Gives the name by which the module knows it, and
/// what has to be changed, if anything.
pub(crate) fn import(
    program: &Program<'_>,
    file: FileId,
    (name, from): (&'static str, &'static str),
) -> Option<(String, Option<Edit>)> {
    let facts = &program.module(file)?.facts;
    let package = program.project.package_of(program.project.files.path(file))?;
    let is_installed = package.dependencies.keys().any(|known| {
        from.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let is_common = facts.exports.iter().any(|export| matches!(export.kind, ExportKind::CommonJs(_)));
    if !is_installed || is_common || facts.directives.client {
        return None;
    }
    let is_wanted = |import: &&Import| {
        let is_name = matches!(import.name, ImportedName::Named(own) if facts.text(own) == name);
        is_name && !import.type_only && facts.text(facts.request(import.request).specifier) == from
    };
    if let Some(import) = facts.imports.iter().find(is_wanted) {
        let local = facts.text(facts.binding(import.binding).name);
        // Declared once more, further in.
        let is_only = facts.bindings.iter().filter(|binding| facts.text(binding.name) == local).count() == 1;
        return is_only.then(|| (local.to_owned(), None));
    }
    if facts.bindings.iter().any(|binding| facts.text(binding.name) == name) {
        return None;
    }
    let imports = || facts.requests.iter().filter(|request| request.kind == RequestKind::Import);
    let same = imports().find(|request| facts.text(request.specifier) == from);
    let at = same.or_else(|| imports().max_by_key(|request| request.span.start)).map(|request| request.span);
    // Without imports, only exports tell that this is a module.
    let exports = || facts.exports.iter().any(|export| matches!(export.kind, ExportKind::Binding(_)));
    let requires = || facts.requests.iter().any(|request| request.kind == RequestKind::Require);
    let span = at.or_else(|| (exports() && !requires()).then_some(Span::default()))?;
    let edit = Edit { at: Location { file, span }, kind: EditKind::Import { name, from } };
    Some((name.to_owned(), Some(edit)))
}

/// An import after the module's last one; `None` for a module without imports, which may be CommonJS.
fn import_line(facts: &ModuleFacts, file: FileId, clause: String, from: String) -> Option<Edit> {
    let imports = facts.requests.iter().filter(|request| request.kind == RequestKind::Import);
    let last = imports.max_by_key(|request| request.span.start)?;
    Some(Edit { at: Location { file, span: last.span }, kind: EditKind::ImportLine { clause, from } })
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
    let clause = match name {
        "default" => local.to_owned(),
        name if name == local => format!("{{ {name} }}"),
        name => format!("{{ {name} as {local} }}"),
    };
    let at = Location { file: client.file, span: facts.site(client.site).span };
    Some(Fix {
        title: format!("Import the client of {path}"),
        applicability: Applicability::Unsafe,
        edits: vec![
            import_line(facts, client.file, clause, from)?,
            Edit { at, kind: EditKind::RemoveDeclaration },
        ],
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
