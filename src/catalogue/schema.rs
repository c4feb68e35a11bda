//! The shape of `rules/catalogue/*.toml`.
//!
//! `build.rs` includes this very file, so one set of structs checks the tables when routelint is built and
//! reads them when it runs. It therefore depends on nothing but serde.

use serde::{Deserialize, Serialize};

/// `clients.toml`: what opens connections.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClientTable {
    /// Its entries.
    #[serde(default)]
    pub client: Vec<Client>,
}

/// A construct of a package that gives a client: a pool, a connection, an SDK object.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Client {
    /// Module specifiers; a trailing `*` stands for any rest.
    pub packages: Vec<String>,
    /// Exported names, dotted for members; `default` is the package itself; a leading or trailing `*` stands
    /// for any rest.
    pub export: Vec<String>,
    /// The construct is a call of one of these methods on what `export` gives; `()` calls it itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub method: Vec<String>,
    /// How it is made.
    pub construct: Construct,
    /// What it holds, unless a variant or a chained call says otherwise.
    pub kind: ClientKind,
    /// Words for messages, with their article: `a PostgreSQL connection pool`.
    pub what: String,
    /// Its own methods that close it, dotted for members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close: Vec<String>,
    /// Exports of the package that close the client which the package itself keeps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close_export: Vec<String>,
    /// What happens to the connections of the old instance when development reloads the module.
    #[serde(default)]
    pub reload: Reload,
    /// Option keys, in any object argument, that bound what a reload leaves open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bounded_by: Vec<String>,
    /// When it connects.
    #[serde(default)]
    pub connects: Connects,
    /// Calls share one connection that the package keeps: calling it per request opens nothing new.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shared_by_package: bool,
    /// Closing it at the end of each request is how it is meant to be used.
    #[serde(default, skip_serializing_if = "is_false")]
    pub end_per_request: bool,
    /// `attachDatabasePool` of `@vercel/functions` accepts it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub attach_pool: bool,
    /// State of the package that code tests before it connects: `connection.readyState`, `getApps`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guard_members: Vec<String>,
    /// State of the client itself that code tests before it connects: `isInitialized`, `isOpen`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ready_members: Vec<String>,
    /// Parts of a path: a project's own module whose path holds one of them is generated code of this
    /// package, and exports the same names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generated: Vec<String>,
    /// Where its documentation says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// What its arguments change; the first that holds decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variant: Vec<Variant>,
    /// What calls chained to it change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<Chain>,
}

/// How a construct is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Construct {
    /// `new X()`
    New,
    /// `x()`
    Call,
    /// Both work.
    #[default]
    Either,
}

impl Construct {
    /// Whether both ways work.
    // serde's `skip_serializing_if` hands over a reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    #[must_use]
    pub const fn is_either(&self) -> bool {
        matches!(self, Self::Either)
    }
}

/// What a client holds while it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientKind {
    /// TCP connections: databases, caches, brokers.
    Tcp,
    /// A WebSocket.
    Ws,
    /// HTTP/2 channels of gRPC.
    Grpc,
    /// An open file.
    File,
    /// An SMTP connection for the length of one message.
    Smtp,
    /// Sockets of an HTTP agent that are kept for a while: making it again costs little.
    HttpKeepAlive,
    /// Nothing outside the process.
    Memory,
    /// Nothing: each call is a request of its own.
    Http,
    /// Only another client that it was given.
    Wrapper,
}

/// What a reload in development leaves behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reload {
    /// The connections of the old instance stay open.
    #[default]
    Leaks,
    /// They close by themselves after a while without work.
    Drains,
    /// Too little to be worth a report: stores of caches, of which a project has one.
    Quiet,
}

/// When a client connects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connects {
    /// When it is made, or with its first query.
    #[default]
    Constructor,
    /// When a method such as `connect()` is called.
    Method,
}

/// What an argument changes about a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variant {
    /// When it applies.
    pub when: Condition,
    /// What the client holds then.
    pub kind: ClientKind,
    /// What it is called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// A test of an argument.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Condition {
    /// Which argument, from 0.
    #[serde(default)]
    pub arg: usize,
    /// A key of that argument, dotted for nested objects; without it the argument itself is tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The test.
    pub is: Test,
    /// What it compares with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A way to test an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// It is text: a literal, a template, an environment variable.
    String,
    /// It is an object literal.
    Object,
    /// It is text that begins with one of the values.
    Prefix,
    /// It is one of the values.
    Equals,
    /// It was made by one of the values, `package#export`.
    InstanceOf,
    /// It is `true`.
    True,
    /// It is there, or not, but is not `true`.
    NotTrue,
}

/// What a call chained to a client changes: `client.$extends(withAccelerate())`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Chain {
    /// The chained method.
    pub method: String,
    /// What made its argument, `package#export`.
    pub argument_call: String,
    /// What the client holds then.
    pub kind: ClientKind,
}

/// `runtime.toml`: how packages run the code they are given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuntimeTable {
    /// Run what they are given once per process and keep the result.
    #[serde(default)]
    pub memoiser: Vec<Runner>,
    /// Run what they are given once per request and keep the result that long.
    #[serde(default)]
    pub per_request_memo: Vec<Runner>,
    /// Have what they are given run by another service or at another time than the request.
    #[serde(default)]
    pub background: Vec<Runner>,
    /// Run what they are given, or wait for it, after the response.
    #[serde(default)]
    pub after_response: Vec<Runner>,
}

/// A construct of a package that is given code to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Runner {
    /// Module specifiers as in [`Client::packages`]; `global:x` is the global `x`.
    pub packages: Vec<String>,
    /// Exported names as in [`Client::export`].
    pub export: Vec<String>,
    /// Methods of what `export` gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub method: Vec<String>,
    /// What it accepts; any argument, or function in an object argument, may be the code.
    #[serde(default)]
    pub takes: Takes,
}

/// What a [`Runner`] accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// A function that it calls.
    #[default]
    Callback,
    /// A promise; a function is an error.
    Promise,
    /// Either.
    Either,
}

// serde's `skip_serializing_if` hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !*value
}
