//! The shape of the tables of constructs: `sockets.toml`, `stores.toml`, `work.toml`, `schedulers.toml`,
//! `middleware.toml`, `after.toml`, `queries.toml` and `node-api.toml`.
//!
//! `build.rs` includes this very file beside `schema.rs`; it depends on nothing but serde.

use serde::{Deserialize, Serialize};

use super::schema::{Condition, Construct};

/// A table of constructs, each graded by the table's own `K`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApiTable<K> {
    /// Its entries. Of those that fit a construct, the first whose conditions hold decides.
    pub api: Vec<Api<K>>,
}

/// A construct of a package or of the platform: what is called or constructed, and what that amounts to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Api<K> {
    /// Module specifiers; a trailing `*` stands for any rest, `global:x` is the global `x`.
    pub packages: Vec<String>,
    /// Exported names, dotted for members; `default` is the package (or global) itself; a leading or trailing
    /// `*` stands for any rest.
    pub export: Vec<String>,
    /// The construct is a call of one of these on what calling or constructing `export` gives. Dotted, `()` is a
    /// call in between; `*` stands for one step, `**` for any number: `**.findMany`, `()`, `insert.**.execute`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub method: Vec<String>,
    /// Whether it is called or constructed.
    #[serde(default, skip_serializing_if = "Construct::is_either")]
    pub construct: Construct,
    /// What it amounts to.
    pub kind: K,
    /// Words for messages, with their article: `a WebSocket server`.
    pub what: String,
    /// Conditions on its arguments that must all hold, or the entry does not fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// Where it is told a path or an address: arguments, by position and key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<ArgumentAt>,
    /// What it gives does nothing until it is awaited or `then` is called on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lazy: bool,
    /// It gives no promise: a callback, its last argument, hears of its end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub callback: bool,
    /// Where its documentation says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
}

/// An argument, or a key of an object argument.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ArgumentAt {
    /// Which argument, from 0.
    #[serde(default)]
    pub arg: usize,
    /// A key of it, dotted for nested objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }
    )+};
}

kinds! {
    /// `sockets.toml`: what holds or serves long-lived connections.
    SocketKind {
        /// Accepts connections on a port of its own once made.
        Server,
        /// Accepts connections of an HTTP server that it is given.
        Attached,
        /// Makes a server that listens only when `listen` is called.
        Listener,
        /// The platform's own way to answer a WebSocket in a route.
        Upgrade,
        /// A channel between parts of one process: emitters.
        Emitter,
        /// An event stream to one client.
        EventStream,
        /// A connection that receives until it is closed: subscriptions, realtime clients.
        Subscription,
        /// Harmless: clients, and publishing through another service.
        Harmless,
    }
    /// `stores.toml`: what keeps state in the process or on its disk.
    StoreKind {
        /// Counts requests in memory.
        RateLimit,
        /// Keeps sessions in memory.
        Session,
        /// Keeps entries in memory for speed.
        Cache,
        /// A lock or a queue that orders work within one process.
        Lock,
        /// Writes a file; `path` says where.
        FileWrite,
        /// Makes, moves or removes files and folders; `path` says where.
        FileChange,
        /// Reads files or lists folders; `path` says where.
        FileRead,
        /// A database in a local file; `path` says where.
        DatabaseFile,
        /// Signs a visitor in, and keeps that in the client it is called on.
        Login,
        /// A client that acts for the visitor whose cookies it is given.
        VisitorClient,
        /// Harmless: kept in a shared store, in memory for one request, or in the temp directory.
        Harmless,
    }
    /// `work.toml`: what takes long or needs much.
    WorkKind {
        /// Starts a browser.
        Browser,
        /// Transcodes or renders video or audio.
        Video,
        /// Renders or reads PDF and Office documents.
        Document,
        /// Builds or reads archives.
        Archive,
        /// Builds or reads spreadsheets.
        Sheet,
        /// Computes on images.
        Image,
        /// Reads text from images.
        Ocr,
        /// Runs a machine-learning model in the process.
        Model,
        /// Starts another process.
        Process,
        /// Starts a thread.
        Thread,
        /// Blocks the process with computation.
        SyncCpu,
        /// Asks a language or media model of another service, which takes seconds to minutes.
        Generation,
        /// Crawls or scrapes.
        Crawl,
        /// Waits for a time.
        Sleep,
        /// Asks again until something is done.
        Poll,
        /// Harmless: remote browsers, cheap calls of costly packages.
        Harmless,
    }
    /// `schedulers.toml`: what goes on by itself.
    SchedulerKind {
        /// Repeats by a timer.
        Interval,
        /// Repeats by a calendar.
        Cron,
        /// Takes jobs from a queue.
        Worker,
        /// Receives messages of a broker.
        Consumer,
        /// Harmless: a definition that another service runs, or adding a job.
        Harmless,
    }
    /// `middleware.toml`: Express and its kin.
    MiddlewareKind {
        /// Makes a `(req, res, next)` function.
        Connect,
        /// Makes such a function that Next has built in.
        BuiltIn,
        /// Makes such a function that reads the request's body itself.
        BodyReader,
        /// Makes an application that routes requests by itself.
        App,
        /// Makes a router for `(req, res, next)` functions that is made for Next.
        Router,
        /// Boots Next in a server of one's own.
        CustomServer,
        /// Harmless: turns an application into a handler.
        Harmless,
    }
    /// `after.toml`: calls that give promises, by what is lost when nobody waits.
    AfterKind {
        /// Mail, text messages, push messages.
        Message,
        /// A call of another service.
        Http,
        /// A payment.
        Payment,
        /// Data is written.
        Write,
        /// A job or event is handed to a queue.
        Enqueue,
        /// An object is stored.
        Upload,
        /// A model is asked.
        Generate,
        /// Data is read.
        Read,
        /// A cache entry is written or removed.
        Cache,
        /// Analytics.
        Track,
        /// A log line or trace.
        Log,
        /// A file is read or written.
        File,
        /// A file is removed.
        Removal,
        /// A permission or session is checked.
        Guard,
        /// Time passes.
        Wait,
        /// Harmless: gives no promise, though it looks so.
        Harmless,
    }
    /// `queries.toml`: what reads rows, by where it is told which and how many.
    QueryKind {
        /// An options object says: `where`, `take`, `limit`.
        Options,
        /// The first argument is the filter, chained calls say the rest.
        Filter,
        /// The stages of a pipeline say which, and chained calls the rest.
        Pipeline,
        /// Chained calls say everything.
        Chain,
        /// The first argument, or the template, is SQL.
        Sql,
        /// Harmless: reads one row, or counts.
        Harmless,
    }
    /// `node-api.toml`: what the edge runtime does not have.
    NodeApiKind {
        /// A module of Node.
        NodeModule,
        /// A driver that opens TCP connections.
        Driver,
        /// A native addon.
        Native,
        /// A package that uses Node's modules.
        NodePackage,
        /// A part of Node's `process` that is missing.
        NodeGlobal,
        /// A class or function of other runtimes that is missing.
        MissingGlobal,
        /// Runs code from text.
        Eval,
        /// Harmless: works on the edge.
        Harmless,
    }
}
