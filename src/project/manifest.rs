//! `package.json`: names, entry points and dependencies of the packages in the tree.

use rustc_hash::FxHashMap;

/// A `package.json` in the tree.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// Its folder, relative to the root, `""` for the root itself.
    pub dir: String,
    /// `name`
    pub name: Option<String>,
    /// `main`
    pub main: Option<String>,
    /// `module`
    pub module: Option<String>,
    /// `types` or `typings`
    pub types: Option<String>,
    /// `source`
    pub source: Option<String>,
    /// `exports`, as written
    pub exports: Option<serde_json::Value>,
    /// `imports`, as written
    pub imports: Option<serde_json::Value>,
    /// `dependencies`, `devDependencies`, `peerDependencies` and `optionalDependencies` in one, name to range
    pub dependencies: FxHashMap<String, String>,
    /// `scripts`
    pub scripts: Vec<(String, String)>,
}
