//! Style and script of the HTML report, with the digests by which its Content-Security-Policy knows them.

use std::path::Path;
use std::{fs, io};

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

/// Copies both into `out` and passes their digests on.
pub(crate) fn write(root: &Path, out: &Path) -> io::Result<()> {
    for (file, variable) in [("page.css", "ROUTELINT_STYLE"), ("page.js", "ROUTELINT_SCRIPT")] {
        // A browser reads every line end as `\n` before it computes the digest.
        let text = fs::read_to_string(root.join("src/report/html").join(file))?.replace("\r\n", "\n");
        println!("cargo::rustc-env={variable}=sha256-{}", BASE64.encode(&Sha256::digest(&text)));
        fs::write(out.join(file), text)?;
    }
    Ok(())
}
