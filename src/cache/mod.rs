//! What earlier runs found out, kept on the disk: it may go at any time, and never changes a result.
//!
//! Two forms: the **snapshot** of a run, which holds as long as the file system gives the same answers, and the
//! **facts** of modules by the digest of their bytes, for the run after a change.

mod envelope;
mod folder;
mod store;

pub use folder::{Cache, Key};
pub use store::Store;
