//! Everything that is known of a project in one piece, for those who decide about it.

use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::link::Modules;
use crate::load::next;
use crate::project::Project;
use crate::report::{ImportGraph, Report, RunShare};
use crate::span::FileId;

use super::session::{Last, run};
use super::{AnalyzeError, Options, discover, join, root, threads};

/// A project that was read and judged.
pub struct Survey {
    /// The report of all apps.
    pub report: Report,
    /// Each app of the report by itself, in the report's order.
    pub apps: Vec<AppSurvey>,
    /// The project.
    pub project: Project,
    /// The modules that its entries reach.
    pub modules: Modules,
    /// Which of them loads which.
    pub imports: ImportGraph,
    /// The file of each row of `imports`.
    ids: Vec<FileId>,
}

impl Survey {
    /// The file that a row of the import graph is about.
    #[must_use]
    pub fn file(&self, row: u32) -> Option<FileId> {
        self.ids.get(row as usize).copied()
    }
}

/// One app by itself.
pub struct AppSurvey {
    /// Its index in [`Project::apps`].
    pub app: usize,
    /// The report that a run of this app alone would give without a baseline.
    pub report: Report,
}

/// Reads and judges a project, and keeps what the report is made of. Nothing is taken from a cache or put there.
///
/// # Errors
/// As [`analyze`](super::analyze).
pub fn survey(options: &Options) -> Result<Survey, AnalyzeError> {
    threads(options)?.install(|| {
        let catalogue = Catalogue::with(options.catalogue.clone())?;
        let found = discover(options, root::of(options)?, Arc::default())?;
        let (snapshot, Last { project, modules, .. }) = run(options, found, &catalogue, (None, None));
        let rules = || snapshot.run.rules.iter().filter_map(|id| options.meta(id)).collect();
        // What is known is as true as what is new.
        let unknowing = RunShare { baseline: None, ..snapshot.run.clone() };
        let alone = |share: &_| {
            let run = (&unknowing, true);
            join::report(run, snapshot.base.clone(), &snapshot.sources, vec![Clone::clone(share)], rules())
        };
        let mut shares: Vec<_> = snapshot.apps.iter().collect();
        shares.sort_by_key(|share| share.app);
        let apps =
            shares.into_iter().map(|share| AppSurvey { app: share.app as usize, report: alone(share) });
        let apps = apps.collect();
        let (imports, ids) = imports(&project, &modules);
        Ok(Survey { apps, report: snapshot.report(options), project, modules, imports, ids })
    })
}

/// Which module loads which, and the file of each row.
fn imports(project: &Project, modules: &Modules) -> (ImportGraph, Vec<FileId>) {
    let loaded = (0..).map(FileId).zip(&modules.table);
    let loaded = loaded.filter_map(|(file, module)| Some((file, module.as_deref()?)));
    let mut rows: Vec<_> =
        loaded.map(|(file, module)| (project.display(project.files.path(file)), file, module)).collect();
    rows.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let mut index = vec![None; modules.table.len()];
    for (at, (_, file, _)) in (0_u32..).zip(&rows) {
        index[file.index()] = Some(at);
    }
    let ids = rows.iter().map(|(_, file, _)| *file).collect();
    let mut graph = ImportGraph::default();
    for (path, _, module) in rows {
        let mut imports: Vec<u32> =
            next(module).filter_map(|file| index.get(file.index()).copied().flatten()).collect();
        imports.sort_unstable();
        imports.dedup();
        graph.files.push(path);
        graph.imports.push(imports);
        graph.packages.push(packages(module));
    }
    (graph, ids)
}

/// The packages that a module loads at run time.
fn packages(module: &crate::link::Module) -> Vec<String> {
    use crate::link::RequestTarget::One;
    use crate::link::resolve::Resolution::External;
    let requests = module.facts.requests.iter().zip(&module.targets);
    let external = requests.filter(|(request, target)| !request.type_only && **target == One(External));
    let mut packages: Vec<String> =
        external.map(|(request, _)| package_of(module.facts.text(request.specifier)).to_owned()).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// The package of a specifier: `@scope/name` of `@scope/name/part`.
#[must_use]
pub fn package_of(specifier: &str) -> &str {
    let slashes = if specifier.starts_with('@') { 1 } else { 0 };
    match specifier.match_indices('/').nth(slashes) {
        Some((end, _)) if !specifier.starts_with("node:") => &specifier[..end],
        _ => specifier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specifier_names_its_package() {
        let cases = [("pg", "pg"), ("pg/lib/x", "pg"), ("@a/b", "@a/b"), ("@a/b/c", "@a/b")];
        for (specifier, package) in
            cases.into_iter().chain([("node:fs/promises", "node:fs/promises"), ("@", "@")])
        {
            assert_eq!(package_of(specifier), package);
        }
    }

    #[test]
    fn each_app_is_judged_alone_and_all_together() {
        let options = Options { paths: vec!["testdata/projects/hybrid".into()], ..Options::default() };
        let survey = survey(&options).unwrap();
        assert_eq!(survey.apps.len(), survey.report.apps.len());
        let graph = &survey.imports;
        let route = graph.index("app/api/users/route.ts").unwrap();
        assert!(graph.reached(route).contains(&route), "{graph:?}");
        for (alone, app) in survey.apps.iter().zip(&survey.report.apps) {
            assert_eq!(alone.report.apps.iter().collect::<Vec<_>>(), [app]);
        }
    }
}
