//! The form of a file in the cache: whatever happened to it, it is read as it was written or not at all.

use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_64;

/// What a file begins with.
const MAGIC: [u8; 8] = *b"routelnt";

/// Bytes before the content: the magic ones, and the digest of the content.
const HEAD: usize = 16;

/// A value as bytes; `None` if it has no form (a path that is not UTF-8).
pub(super) fn seal(value: &impl Serialize) -> Option<Vec<u8>> {
    let content = postcard::to_allocvec(value).ok()?;
    Some([&MAGIC[..], &xxh3_64(&content).to_le_bytes(), &content].concat())
}

/// The value in bytes that were sealed; `None` if they are not as they were.
pub(super) fn open<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (head, content) = bytes.split_at_checked(HEAD)?;
    let digest = head.strip_prefix(&MAGIC)?;
    if digest != xxh3_64(content).to_le_bytes() {
        return None;
    }
    postcard::from_bytes(content).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_read_again() {
        let value = (7_u32, vec!["a".to_owned(), "ü".to_owned()], Some(u128::MAX));
        let bytes = seal(&value).unwrap();
        assert_eq!(open::<(u32, Vec<String>, Option<u128>)>(&bytes), Some(value));
    }

    #[test]
    fn damaged_bytes_are_nothing() {
        let bytes = seal(&vec![1_u32; 64]).unwrap();
        for cut in 0..bytes.len() {
            assert_eq!(open::<Vec<u32>>(&bytes[..cut]), None, "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert_eq!(open::<Vec<u32>>(&damaged), None, "bit at {at}");
        }
    }
}
