//! What packages are: which constructs open connections, and how packages run the code they are given.
//!
//! The tables are `rules/catalogue/*.toml`. Lookups go by package and exported name. Node lets one package be
//! imported in several ways, so `pg.Pool` after `import pg from 'pg'` (`default.Pool`), `import * as pg` and
//! `import { Pool }` (`Pool`) are one export here, and `default`, or an empty path, is the package itself.
//!
//! Nothing here knows a project.

mod api;
#[doc(hidden)]
pub mod check;
mod client;
mod index;
mod limits;
mod own;
mod schema;

pub use api::{
    AfterKind, Api, ApiTable, ArgumentAt, MiddlewareKind, NodeApiKind, QueryKind, SchedulerKind, SocketKind,
    StoreKind, WorkKind,
};
pub use client::without_article;
pub use limits::{Duration, Limit, LimitTable, Resource, Unit, limit_problems};
pub use own::OwnEntries;

pub use schema::{
    Chain, Client, ClientKind, ClientTable, Condition, Connects, Construct, Reload, Runner, RuntimeTable,
    Takes, Test, Variant,
};

use index::{Entry, Index, Packages};
use rustc_hash::FxHashSet;

/// The tables, indexed by package.
#[derive(Debug)]
pub struct Catalogue {
    clients: Index<Client>,
    /// The places of those among the clients that are generated.
    generated: Vec<usize>,
    memoisers: Index<Runner>,
    per_request: Index<Runner>,
    background: Index<Runner>,
    after_response: Index<Runner>,
    /// The packages of memoisers, of background work and of what goes on after the response.
    runners: Packages,
    /// The packages whose exports close a client.
    closers: Packages,
    /// What holds or serves long-lived connections.
    pub sockets: Apis<SocketKind>,
    /// What keeps state in the process or on its disk.
    pub stores: Apis<StoreKind>,
    /// What takes long or needs much.
    pub work: Apis<WorkKind>,
    /// What goes on by itself.
    pub schedulers: Apis<SchedulerKind>,
    /// Express and its kin.
    pub middleware: Apis<MiddlewareKind>,
    /// Calls that give promises.
    pub after: Apis<AfterKind>,
    /// What reads rows.
    pub queries: Apis<QueryKind>,
    /// What the edge runtime does not have.
    pub node_api: Apis<NodeApiKind>,
    /// What platforms allow.
    pub limits: LimitTable,
    /// Packages and exports that a team's own entries are about.
    own: FxHashSet<(String, String)>,
}

/// A table of constructs, indexed by package.
#[derive(Debug)]
pub struct Apis<K>(Index<Api<K>>);

impl<K> Apis<K> {
    fn new(table: ApiTable<K>) -> Self {
        Self(Index::new(table.api))
    }

    /// The entries for an export of a package, or for a call of `method` (dotted steps, `()` for calls in
    /// between) on what the export gives; those that spell the name out go first.
    pub fn find<'a, 'q>(
        &'a self,
        package: &'q str,
        export: &'q str,
        method: Option<&'q str>,
    ) -> impl Iterator<Item = &'a Api<K>> + use<'a, 'q, K> {
        self.0.all(package, export, method)
    }

    /// Whether any entry is about this package.
    #[must_use]
    pub fn knows(&self, package: &str) -> bool {
        self.0.of_package(package).next().is_some()
    }

    /// Every entry in the order of the table.
    pub fn entries(&self) -> impl Iterator<Item = &Api<K>> {
        self.0.entries()
    }
}

/// A table as the build wrote it.
macro_rules! table {
    ($name:literal) => {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/", $name, ".json")))
    };
}

impl Catalogue {
    /// The tables that routelint is built with.
    ///
    /// # Errors
    /// None that a build lets through: the same structs wrote the text that is read here.
    pub fn builtin() -> Result<Self, serde_json::Error> {
        Self::with(OwnEntries::default())
    }

    /// The tables that routelint is built with, and a team's own entries. Those win, because names that are
    /// written out go first, and among them the first.
    ///
    /// # Errors
    /// As [`Catalogue::builtin`].
    pub fn with(own: OwnEntries) -> Result<Self, serde_json::Error> {
        let clients: ClientTable = table!("clients")?;
        let runtime: RuntimeTable = table!("runtime")?;
        let after: ApiTable<AfterKind> = table!("after")?;
        let names = own.names();
        let clients = Index::new([own.clients, clients.client].concat());
        let generated = clients.entries().zip(0..).filter(|(client, _)| !client.generated.is_empty());
        let after_response = [own.after_response, runtime.after_response].concat();
        let runners = runtime.memoiser.iter().chain(&runtime.background).chain(&after_response);
        Ok(Self {
            runners: Packages::of(runners),
            closers: Packages::of(clients.entries().filter(|client| !client.close_export.is_empty())),
            generated: generated.map(|(_, at)| at).collect(),
            clients,
            memoisers: Index::new(runtime.memoiser),
            per_request: Index::new(runtime.per_request_memo),
            background: Index::new(runtime.background),
            after_response: Index::new(after_response),
            sockets: Apis::new(table!("sockets")?),
            stores: Apis::new(table!("stores")?),
            work: Apis::new(table!("work")?),
            schedulers: Apis::new(table!("schedulers")?),
            middleware: Apis::new(table!("middleware")?),
            after: Apis(Index::new([own.after, after.api].concat())),
            queries: Apis::new(table!("queries")?),
            node_api: Apis::new(table!("node-api")?),
            limits: table!("limits")?,
            own: names,
        })
    }

    /// Whether a team's own entry is about an export, so that it is what the entry says, also where its source
    /// is at hand.
    #[must_use]
    pub fn is_own(&self, package: &str, export: &str) -> bool {
        // The tuple of owned texts is made only where there are entries at all.
        !self.own.is_empty() && self.own.contains(&(package.to_owned(), export.to_owned()))
    }

    /// The client that calling or constructing an export of a package gives.
    #[must_use]
    pub fn client(&self, package: &str, export: &str) -> Option<&Client> {
        self.clients.find(package, export, None)
    }

    /// The client that a method of what `export` gives returns: `new Kafka().producer()`. The method `()` is a
    /// call of the value itself: `pgPromise()(url)`.
    #[must_use]
    pub fn client_from_method(&self, package: &str, export: &str, method: &str) -> Option<&Client> {
        self.clients.find(package, export, Some(method))
    }

    /// The client that an export of a generated module is. `specifier` is how the program asks for the module,
    /// or the module's path; `unresolved` says that no such module was found, as is usual for code that is
    /// generated before each build.
    #[must_use]
    pub fn generated_client(&self, specifier: &str, export: &str, unresolved: bool) -> Option<&Client> {
        self.generated().find(|client| {
            // The name first: comparing it costs less than to look for a folder in a path.
            index::exports(client.exports(), export)
                && (unresolved || client.generated.iter().any(|part| holds_path(specifier, part)))
        })
    }

    /// Whether any entry of a client is of a package, or may be generated under this specifier.
    #[must_use]
    pub fn may_have_client(&self, package: &str) -> bool {
        self.clients.of_package(package).next().is_some() || self.may_be_generated(package)
    }

    /// Whether any table of constructs has entries of a package, or of a global as `global:name`.
    #[must_use]
    pub fn lists(&self, package: &str) -> bool {
        self.sockets.knows(package)
            || self.stores.knows(package)
            || self.work.knows(package)
            || self.schedulers.knows(package)
            || self.middleware.knows(package)
            || self.after.knows(package)
            || self.queries.knows(package)
    }

    /// Whether a specifier may name a module that is generated: see [`Catalogue::generated_client`].
    #[must_use]
    pub fn may_be_generated(&self, specifier: &str) -> bool {
        self.generated().any(|client| client.generated.iter().any(|part| holds_path(specifier, part)))
    }

    /// The clients that are generated: asked for with every import, and few.
    fn generated(&self) -> impl Iterator<Item = &Client> {
        self.generated.iter().filter_map(|&at| self.clients.get(at))
    }

    /// Whether `member` of a package is state that code tests before it opens the package's client:
    /// `connection.readyState` of mongoose, `apps.length` of firebase-admin.
    #[must_use]
    pub fn is_guard(&self, package: &str, member: &str) -> bool {
        let member = index::normal(member);
        self.clients.of_package(package).any(|client| {
            client.guard_members.iter().any(|guard| {
                member
                    .strip_prefix(guard.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    }

    /// The client that an export of a package closes, where the package keeps one: `mongoose.disconnect`.
    #[must_use]
    pub fn closed_by_export(&self, package: &str, export: &str) -> Option<&Client> {
        let export = index::normal(export);
        self.clients
            .of_package(package)
            .find(|client| client.close_export.iter().any(|close| close == export))
    }

    /// Whether exports of a package may close a client that the package keeps: see [`Catalogue::closed_by_export`].
    #[must_use]
    pub fn may_close(&self, package: &str) -> bool {
        self.closers.has(package)
    }

    /// Whether a package may have memoisers, or run what it is given at another time: most do not, and need not be
    /// asked for each of these.
    #[must_use]
    pub fn may_run(&self, package: &str) -> bool {
        self.runners.has(package)
    }

    /// Whether an export runs the function it is given once per process.
    #[must_use]
    pub fn is_memoiser(&self, package: &str, export: &str) -> bool {
        self.memoisers.find(package, export, None).is_some()
    }

    /// Whether an export runs the function it is given once per request.
    #[must_use]
    pub fn is_per_request_memo(&self, package: &str, export: &str) -> bool {
        self.per_request.find(package, export, None).is_some()
    }

    /// Whether functions given to an export, or to a method of what it gives, run at another time or place.
    #[must_use]
    pub fn is_background(&self, package: &str, export: &str, method: Option<&str>) -> bool {
        self.background.find(package, export, method).is_some()
    }

    /// The registrar of work after the response that an export is.
    #[must_use]
    pub fn after_response(&self, package: &str, export: &str) -> Option<&Runner> {
        self.after_response.find(package, export, None)
    }

    /// Every client of the catalogue, in the order of its table.
    pub fn clients(&self) -> impl Iterator<Item = &Client> {
        self.clients.entries()
    }
}

/// Whether `part` stands in `path` as whole segments.
fn holds_path(path: &str, part: &str) -> bool {
    path.match_indices(part).any(|(start, _)| {
        let before = path[..start].chars().next_back();
        let after = path[start + part.len()..].chars().next();
        matches!(before, None | Some('/' | '@' | '~' | '#' | '\\'))
            && matches!(after, None | Some('/' | '.' | '\\'))
    })
}

#[cfg(test)]
mod tests;
