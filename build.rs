//! Pairs each rule's check with its page and checks the catalogue, so that a mistake in either stops the build
//! at the file that holds it.
//!
//! Written into `OUT_DIR`: `rules.rs` (the modules of `src/rules/` and the `RULES` slice), `clients.json` and
//! `runtime.json` (the catalogue as the program reads it), and what the HTML report embeds.

#[path = "build/assets.rs"]
mod assets;
#[path = "build/digest.rs"]
mod digest;
#[path = "build/pages.rs"]
mod pages;
#[path = "build/rules.rs"]
mod rules;
#[path = "build/tables.rs"]
mod tables;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What is wrong with the rules or the catalogue; each line names its file.
type Problems = Vec<String>;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    // Cargo looks at everything below a folder, so new and removed files count too.
    for watched in ["askama.toml", "build.rs", "build", "rules", "src", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }

    println!("cargo::rustc-env=ROUTELINT_BUILD={}", digest::of(&root)?);
    assets::write(&root, &out)?;
    let mut problems = Problems::new();
    tables::write(&root, &out, &mut problems)?;
    let pages = pages::read(&root, &mut problems)?;
    let checks = rules::read(&root, &mut problems)?;
    fs::write(out.join("rules.rs"), rules::paired(&checks, &pages, &mut problems))?;

    for problem in problems {
        println!("cargo::error={}", problem.replace('\n', " "));
    }
    Ok(())
}

/// The files of a folder that end in `.extension`, sorted, each with its name without that ending.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension)
            && let Some(stem) = path.file_stem().and_then(|stem| stem.to_str())
        {
            files.push((stem.to_owned(), path.clone()));
        }
    }
    files.sort();
    Ok(files)
}

/// The line, from 1, on which a byte offset lies.
fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}
