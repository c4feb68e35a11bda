//! Aliases: `paths` and `baseUrl` of the nearest `tsconfig.json`, and what `@/` means without one.

use rustc_hash::FxHashMap;

use super::relative::{is_declaration, join, parent};
use super::{Resolver, Scope};
use crate::project::{PathAlias, TsConfig};
use crate::span::FileId;

/// One configuration's aliases, ready to look up.
#[derive(Debug)]
pub(super) struct Aliases<'a> {
    dir: &'a str,
    pub(super) base_url: Option<&'a str>,
    /// Aliases of one specifier each. There are hundreds in some monorepos.
    exact: FxHashMap<&'a str, &'a PathAlias>,
    /// Aliases with a `*`, the preferred ones first.
    wildcards: Vec<&'a PathAlias>,
}

/// What `paths` make of a specifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aliased {
    /// A file.
    File(FileId),
    /// Some alias is meant for it, but leads to no file of the set.
    Dry,
    /// No alias is meant for it.
    No,
}

impl<'a> Aliases<'a> {
    pub(super) fn new(config: &'a TsConfig) -> Self {
        let mut exact = FxHashMap::default();
        for alias in config.paths.iter().filter(|alias| !alias.wildcard) {
            exact.entry(alias.prefix.as_str()).or_insert(alias);
        }
        let wildcards = config.paths.iter().filter(|alias| alias.wildcard).collect();
        Self { dir: &config.dir, base_url: config.base_url.as_deref(), exact, wildcards }
    }

    /// The one alias that decides, and what its `*` stands for. Others are not tried, as in TypeScript.
    pub(super) fn matching<'s>(&self, specifier: &'s str) -> Option<(&'a PathAlias, &'s str)> {
        if let Some(&alias) = self.exact.get(specifier) {
            return Some((alias, ""));
        }
        self.wildcards.iter().find_map(|&alias| {
            let rest = specifier.strip_prefix(alias.prefix.as_str())?;
            Some((alias, rest.strip_suffix(alias.suffix.as_str())?))
        })
    }
}

impl Resolver<'_> {
    /// What the nearest configuration's `paths` make of a specifier.
    pub(super) fn aliased(&self, scope: Scope, specifier: &str) -> Aliased {
        let aliases = scope.aliases.and_then(|index| self.aliases.get(index as usize));
        let Some((alias, star)) = aliases.and_then(|aliases| aliases.matching(specifier)) else {
            return Aliased::No;
        };
        if let Some(id) = self.first_target(alias, star) {
            return Aliased::File(id);
        }
        // `"*"` is meant for everything, and a target in node_modules for a package.
        let says_nothing = alias.prefix.is_empty() && alias.suffix.is_empty();
        if says_nothing || alias.targets.iter().any(|target| target.contains("node_modules/")) {
            Aliased::No
        } else {
            Aliased::Dry
        }
    }

    fn first_target(&self, alias: &PathAlias, star: &str) -> Option<FileId> {
        alias.targets.iter().filter(|target| !is_declaration(target)).find_map(|target| {
            if alias.wildcard { self.at("", &target.replacen('*', star, 1)) } else { self.at("", target) }
        })
    }

    /// A bare specifier as a path below `baseUrl`.
    pub(super) fn below_base_url(&self, scope: Scope, specifier: &str) -> Option<FileId> {
        let base = self.aliases.get(scope.aliases? as usize)?.base_url?;
        self.at(base, specifier)
    }

    /// What configurations further out make of a specifier that cannot be a package: Next applies the app's
    /// own to all that it bundles, so that a nearer one without `paths` hides nothing.
    pub(super) fn outer_alias(&self, scope: Scope, specifier: &str) -> Option<FileId> {
        let mut dir = self.aliases.get(scope.aliases? as usize)?.dir;
        while !dir.is_empty() {
            dir = parent(dir);
            let Some(&outer) = self.aliases_by_dir.get(dir) else { continue };
            if let Aliased::File(id) = self.aliased(Scope { aliases: Some(outer), ..scope }, specifier) {
                return Some(id);
            }
        }
        None
    }

    /// `@/x` and `~/x` where no configuration says what they mean: `src/x`, or `x`, of the package.
    pub(super) fn by_convention(&self, scope: Scope, rest: &str) -> Option<FileId> {
        let dir = self.package_dir(scope);
        ["src", ""].iter().find_map(|base| self.at(&join(dir, base)?, rest))
    }

    /// The folder of the nearest `package.json`, or else the root.
    pub(super) fn package_dir(&self, scope: Scope) -> &str {
        scope.package.and_then(|index| self.packages.get(index as usize)).map_or("", |package| &package.dir)
    }
}

/// The rest of a specifier that create-next-app's alias, or the other common one, starts. npm has no such names.
pub(super) fn conventional(specifier: &str) -> Option<&str> {
    specifier.strip_prefix("@/").or_else(|| specifier.strip_prefix("~/"))
}
