//! What a configuration speaks of, so that it can be pointed out where the project has no such thing.

use super::globs::Globs;
use super::schema::Config;
use super::settings::Settings;

/// Something that the configuration speaks of.
#[derive(Clone, Debug)]
pub struct Mention {
    /// `routelint.jsonc:4`
    pub origin: String,
    /// As it stands there.
    pub text: String,
    /// What it has to be.
    pub of: Mentioned,
}

/// What something in the configuration has to be.
#[derive(Clone, Debug)]
pub enum Mentioned {
    /// A glob of files and apps.
    Path(Globs),
    /// A glob of files and apps, in an override of what only apps have.
    App(Globs),
    /// A package, or an alias, that is imported.
    Package,
}

/// What the configuration speaks of, in the order of its keys. Globs of `exclude` are left out: that they match
/// nothing is no mistake, since people list what is ignored anyway.
pub(super) fn mentions(settings: &Settings) -> Vec<Mention> {
    let config = &settings.config;
    let mut all = Vec::new();
    for (at, glob) in config.include.iter().flatten().enumerate() {
        let path = ["include".to_owned(), at.to_string()];
        all.push(mention(settings, &path, glob, Mentioned::Path(globs(glob))));
    }
    for (index, entry) in config.overrides.iter().enumerate() {
        let about_apps = entry.target.is_some() || entry.plan.is_some();
        for (at, glob) in entry.files.iter().enumerate() {
            let path = ["overrides".to_owned(), index.to_string(), "files".to_owned(), at.to_string()];
            let of = if about_apps { Mentioned::App(globs(glob)) } else { Mentioned::Path(globs(glob)) };
            all.push(mention(settings, &path, glob, of));
        }
    }
    for (list, index, package) in packages(config) {
        let path = ["catalogue".to_owned(), list.to_owned(), index.to_string(), "package".to_owned()];
        all.push(mention(settings, &path, package, Mentioned::Package));
    }
    all
}

/// The glob alone; it was checked with the others.
fn globs(glob: &str) -> Globs {
    Globs::new(&[glob.to_owned()]).unwrap_or_default()
}

fn mention(settings: &Settings, path: &[String], text: &str, of: Mentioned) -> Mention {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let origin = settings.origin(&path).unwrap_or_else(|| settings.file.clone());
    Mention { origin, text: text.to_owned(), of }
}

/// Every package of the catalogue, with the list and the index at which it stands.
fn packages(config: &Config) -> impl Iterator<Item = (&'static str, usize, &str)> {
    let own = &config.catalogue;
    let clients = own.clients.iter().enumerate().map(|(at, entry)| ("clients", at, entry.package.as_str()));
    let exports = [("async", &own.is_async), ("safeWrappers", &own.safe_wrappers)];
    let exports = exports.into_iter().flat_map(|(list, entries)| {
        entries.iter().enumerate().map(move |(at, entry)| (list, at, entry.package.as_str()))
    });
    clients.chain(exports)
}
