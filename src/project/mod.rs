//! The project on disk: its files, packages, apps, entry points and where each app is deployed.
//! Knows Next.js conventions and configuration files; knows nothing of syntax.

mod app;
mod files;
mod manifest;
mod target;
mod tsconfig;

pub use app::{App, EntryFile, EntryKind, Framework, NextConfig};
pub use files::FileSet;
pub use manifest::Package;
pub use target::{Evidence, Target, TargetChoice};
pub use tsconfig::{PathAlias, TsConfig};

/// (stub until the room is merged)
#[derive(Debug, Default)]
pub struct Project {
    /// files
    pub files: FileSet,
    /// packages
    pub packages: Vec<Package>,
    /// tsconfigs
    pub tsconfigs: Vec<TsConfig>,
    /// apps
    pub apps: Vec<App>,
}
