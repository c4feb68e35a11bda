//! What every call calls. Everybody asks for it, and it is the same whoever asks, so it is worked out once, by all threads,
//! before anything else.

use rayon::prelude::*;

use crate::facts::SiteId;
use crate::span::FileId;

use super::flow::call_parts;
use super::module::Module;
use super::value::{ExprRef, Value};
use super::{Modules, Program};

/// What is called, by file and call.
#[derive(Debug)]
pub(super) struct Callees<'p>(Vec<OfModule<'p>>);

/// The calls, constructions and tagged templates of one module, ascending, each with what it calls.
#[derive(Debug, Default)]
struct OfModule<'p> {
    sites: Box<[SiteId]>,
    values: Box<[Value<'p>]>,
}

impl<'p> Callees<'p> {
    /// Nothing is known.
    pub(super) const fn empty() -> Self {
        Self(Vec::new())
    }

    /// What every call of the program calls.
    pub(super) fn new(program: &Program<'p>, modules: &Modules) -> Self {
        let files: Vec<FileId> = (0..).map(FileId).take(modules.table.len()).collect();
        let of_module = |&file: &FileId| match program.module(file) {
            Some(module) => OfModule::new(program, file, module),
            None => OfModule::default(),
        };
        Self(files.par_iter().map(of_module).collect())
    }
}

impl<'p> OfModule<'p> {
    fn new(program: &Program<'p>, file: FileId, module: &Module) -> Self {
        let calls = (0..).map(SiteId).zip(&module.facts.sites);
        let calls = calls.filter_map(|(id, site)| Some((id, call_parts(site.kind)?.0)));
        let (sites, values): (Vec<_>, Vec<_>) =
            calls.map(|(site, id)| (site, program.value(ExprRef { file, id }))).unzip();
        Self { sites: sites.into(), values: values.into() }
    }
}

impl<'p> Program<'p> {
    /// The calls, constructions and tagged templates of a module in their order, with what each calls.
    pub fn callees(&self, file: FileId) -> impl Iterator<Item = (SiteId, &Value<'p>)> {
        let known = self.callees.0.get(file.index());
        known.into_iter().flat_map(|known| known.sites.iter().copied().zip(&known.values))
    }

    /// What a call, construction or tagged template calls.
    #[must_use]
    pub fn callee(&self, file: FileId, site: SiteId) -> &Value<'p> {
        let known = self.callees.0.get(file.index());
        let value = known.and_then(|known| known.values.get(known.sites.binary_search(&site).ok()?));
        value.unwrap_or(&Value::Unknown)
    }
}
