//! What is known of files before they are read.

use std::sync::Arc;

use crate::disk::Stamp;
use crate::facts::ModuleFacts;
use crate::link::{Module, RequestTarget};
use crate::span::FileId;

/// What is known of files from before. A file is asked for up to twice: by its stamp before it is read, then by its
/// bytes before it is parsed.
pub trait Known: Sync {
    /// The module of a file, if it would be what it was; `targets` says where what it requests leads today.
    fn recall(
        &self,
        file: FileId,
        is: Is,
        targets: &dyn Fn(&ModuleFacts) -> Vec<RequestTarget>,
    ) -> Option<Arc<Module>>;

    /// Told of each module that was not recalled by its stamp: the file's stamp from just before it was read, if it
    /// can tell anything, and the digest of its bytes.
    fn learn(&self, file: FileId, of: (Option<Stamp>, u128), module: &Arc<Module>);
}

/// What a file is now.
#[derive(Clone, Copy, Debug)]
pub enum Is {
    /// What the file system says of it.
    Stamp(Stamp),
    /// XXH3 of its bytes, 128 bits.
    Text(u128),
}
