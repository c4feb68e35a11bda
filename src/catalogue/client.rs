//! What can be asked of an entry.

use super::api::Api;
use super::index::Entry;
use super::schema::{Client, ClientKind, Construct, Runner};

impl ClientKind {
    /// Whether it holds a connection to another machine as long as it exists.
    #[must_use]
    pub const fn is_connection(self) -> bool {
        matches!(self, Self::Tcp | Self::Ws | Self::Grpc)
    }
}

impl Construct {
    /// Whether a construct is of this sort.
    #[must_use]
    pub const fn fits(self, is_new: bool) -> bool {
        match self {
            Self::New => is_new,
            Self::Call => !is_new,
            Self::Either => true,
        }
    }
}

impl Client {
    /// Its words without their article: `PostgreSQL connection pool`.
    #[must_use]
    pub fn noun(&self) -> &str {
        without_article(&self.what)
    }

    /// Whether a method of the client closes it.
    #[must_use]
    pub fn closes(&self, method: &str) -> bool {
        self.close.iter().any(|close| close == method)
    }
}

/// `a PostgreSQL connection pool` without its article.
#[must_use]
pub fn without_article(what: &str) -> &str {
    what.strip_prefix("an ").or_else(|| what.strip_prefix("a ")).unwrap_or(what)
}

impl Entry for Client {
    fn packages(&self) -> &[String] {
        &self.packages
    }

    fn exports(&self) -> &[String] {
        &self.export
    }

    fn methods(&self) -> &[String] {
        &self.method
    }
}

impl Entry for Runner {
    fn packages(&self) -> &[String] {
        &self.packages
    }

    fn exports(&self) -> &[String] {
        &self.export
    }

    fn methods(&self) -> &[String] {
        &self.method
    }
}

impl<K> Entry for Api<K> {
    fn packages(&self) -> &[String] {
        &self.packages
    }

    fn exports(&self) -> &[String] {
        &self.export
    }

    fn methods(&self) -> &[String] {
        &self.method
    }
}

impl<K> Api<K> {
    /// Its words without their article: `WebSocket server`.
    #[must_use]
    pub fn noun(&self) -> &str {
        without_article(&self.what)
    }
}
