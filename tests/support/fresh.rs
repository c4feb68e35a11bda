//! Parts of documents that are made from the program: they stand between `<!-- name -->` and `<!-- /name -->`, and a
//! test fails when they are stale. `ROUTELINT_UPDATE=1 cargo test` writes them anew.

use std::fs;

/// Holds one part of a document to what it has to be.
pub(crate) fn assert_fresh(document: &str, name: &str, wanted: &str) {
    let text = fs::read_to_string(document).unwrap().replace("\r\n", "\n");
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let parts = text
        .split_once(&open)
        .and_then(|(before, rest)| rest.split_once(&close).map(|(part, after)| (before, part, after)));
    let Some((before, part, after)) = parts else { panic!("{document} has no part {open}") };
    let wanted = format!("\n{}\n\n", wanted.trim_matches('\n'));
    if part == wanted {
        return;
    }
    if std::env::var_os("ROUTELINT_UPDATE").is_some() {
        fs::write(document, format!("{before}{open}{wanted}{close}{after}")).unwrap();
    } else {
        panic!("{document} is stale: ROUTELINT_UPDATE=1 cargo test writes\n{wanted}");
    }
}
