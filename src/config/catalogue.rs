//! A team's own entries, in the shape of the built-in tables.

use crate::catalogue::{
    AfterKind, Api, Client, ClientKind, Connects, Construct, OwnEntries, Reload, Runner, Takes,
};
use crate::diagnostic::FileProblem;

use super::places::Places;
use super::schema::{OwnCatalogue, OwnClient, OwnExport, OwnKind};

/// Methods that close a client, if its entry names none.
const CLOSE: [&str; 7] = ["close", "end", "disconnect", "$disconnect", "quit", "destroy", "dispose"];

/// The entries; what is wrong with them is added to `problems`.
pub(super) fn entries(
    own: &OwnCatalogue,
    places: &Places,
    prefix: &[String],
    problems: &mut Vec<FileProblem>,
) -> OwnEntries {
    let mut check = |list: &str, index: usize, key: &str, message: Option<String>| {
        let path = ["catalogue", list, &index.to_string(), key].map(str::to_owned);
        let at = places.get(&[prefix, &path].concat()).value;
        problems.extend(message.map(|message| FileProblem { message, help: None, span: at }));
    };
    for (index, client) in own.clients.iter().enumerate() {
        check("clients", index, "package", package(&client.package));
        check("clients", index, "export", export(&client.export));
        check("clients", index, "what", client.what.as_deref().and_then(article));
    }
    for (list, exports) in [("async", &own.is_async), ("safeWrappers", &own.safe_wrappers)] {
        for (index, entry) in exports.iter().enumerate() {
            check(list, index, "package", package(&entry.package));
            check(list, index, "export", export(&entry.export));
        }
    }
    OwnEntries {
        clients: own.clients.iter().map(client).collect(),
        after: own.is_async.iter().map(is_async).collect(),
        after_response: own.safe_wrappers.iter().map(wrapper).collect(),
    }
}

fn package(name: &str) -> Option<String> {
    let wrong = name.is_empty() || name.contains('*') || name.contains(char::is_whitespace);
    wrong.then(|| format!("`{name}` is not a package: write it as it is imported"))
}

fn export(name: &str) -> Option<String> {
    let wrong = name.is_empty() || name.contains('*') || name.contains(char::is_whitespace);
    wrong.then(|| format!("`{name}` is not the name of an export"))
}

fn article(what: &str) -> Option<String> {
    let wrong = !what.starts_with("a ") && !what.starts_with("an ");
    wrong.then(|| format!("`{what}` must begin with its article, `a` or `an`"))
}

fn client(own: &OwnClient) -> Client {
    let close = own.close.iter().map(String::as_str);
    let close: Vec<&str> = if own.close.is_empty() { CLOSE.to_vec() } else { close.collect() };
    Client {
        packages: vec![own.package.clone()],
        export: vec![own.export.clone()],
        method: Vec::new(),
        construct: Construct::Either,
        kind: kind(own.kind),
        what: own.what.clone().unwrap_or_else(|| format!("a client of {}", own.package)),
        close: close.into_iter().map(str::to_owned).collect(),
        close_export: Vec::new(),
        reload: Reload::default(),
        bounded_by: Vec::new(),
        connects: Connects::default(),
        shared_by_package: false,
        end_per_request: false,
        attach_pool: false,
        guard_members: Vec::new(),
        ready_members: Vec::new(),
        generated: Vec::new(),
        docs: None,
        variant: Vec::new(),
        chain: Vec::new(),
    }
}

const fn kind(kind: OwnKind) -> ClientKind {
    match kind {
        OwnKind::Tcp => ClientKind::Tcp,
        OwnKind::Ws => ClientKind::Ws,
        OwnKind::Grpc => ClientKind::Grpc,
        OwnKind::File => ClientKind::File,
        OwnKind::Smtp => ClientKind::Smtp,
        OwnKind::Memory => ClientKind::Memory,
        OwnKind::Http => ClientKind::Http,
    }
}

fn is_async(own: &OwnExport) -> Api<AfterKind> {
    Api {
        packages: vec![own.package.clone()],
        export: vec![own.export.clone()],
        method: Vec::new(),
        construct: Construct::Call,
        kind: AfterKind::Http,
        what: format!("a call of `{}`", own.export),
        when: Vec::new(),
        path: Vec::new(),
        lazy: false,
        callback: false,
        docs: None,
    }
}

fn wrapper(own: &OwnExport) -> Runner {
    Runner {
        packages: vec![own.package.clone()],
        export: vec![own.export.clone()],
        method: Vec::new(),
        takes: Takes::Either,
    }
}
