//! The texts of files that findings name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::diagnostic::Note;
use crate::project::Project;
use crate::report::{AppShare, FoundNote, FoundPlace, Place, Source, SourceText};
use crate::span::{FileId, Location};
use crate::syntax;

/// The texts of a project's files, read once each, whichever app asks first.
pub(super) struct Texts<'p> {
    project: &'p Project,
    read: Mutex<FxHashMap<FileId, Arc<SourceText>>>,
}

impl<'p> Texts<'p> {
    /// None is read yet.
    pub(super) fn new(project: &'p Project) -> Self {
        Self { project, read: Mutex::default() }
    }

    fn of(&self, file: FileId) -> Arc<SourceText> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let text = read.entry(file).or_insert_with(|| {
            // The file was read before; if it has gone since, its findings are shown without their text.
            let bytes = self.project.read(file, u64::from(u32::MAX)).ok().and_then(Result::ok);
            Arc::new(SourceText::new(bytes.map(|bytes| syntax::decode(bytes).text).unwrap_or_default()))
        });
        Arc::clone(text)
    }
}

/// The files that findings of an app, or of several, name, in the order in which they first do.
#[derive(Default, Deserialize)]
#[serde(from = "Vec<Source>")]
pub(super) struct Sources {
    files: Vec<(String, Arc<SourceText>)>,
    index: BTreeMap<String, u32>,
}

impl From<Vec<Source>> for Sources {
    fn from(files: Vec<Source>) -> Self {
        let mut sources = Self::default();
        for Source { file, text } in files {
            sources.add(file, || Arc::new(SourceText::new(text)));
        }
        sources
    }
}

/// As [`Sources::shared`], without a copy of all texts.
impl Serialize for Sources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.files.iter().map(|(file, text)| (file, text.text())))
    }
}

impl Sources {
    /// The files with their texts.
    pub(super) fn files(&self) -> &[(String, Arc<SourceText>)] {
        &self.files
    }

    /// The files as a share has them.
    pub(super) fn shared(&self) -> Vec<Source> {
        let shared = |(file, text): &(String, Arc<SourceText>)| Source {
            file: file.clone(),
            text: text.text().to_owned(),
        };
        self.files.iter().map(shared).collect()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Where a file stands, with its text.
    pub(super) fn get(&self, file: &str) -> Option<(usize, &str)> {
        let index = *self.index.get(file)? as usize;
        Some((index, self.files.get(index)?.1.text()))
    }

    /// Where a file stands, from now on at least.
    pub(super) fn add(&mut self, file: String, text: impl FnOnce() -> Arc<SourceText>) -> u32 {
        if let Some(&index) = self.index.get(&file) {
            return index;
        }
        let index = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.push((file.clone(), text()));
        self.index.insert(file, index);
        index
    }

    /// Takes the files of others, and gives the shares that name them as such that name these.
    pub(super) fn absorb(&mut self, others: &Self, mut shares: Vec<AppShare>) -> Vec<AppShare> {
        let moved: Vec<u32> =
            others.files.iter().map(|(file, text)| self.add(file.clone(), || Arc::clone(text))).collect();
        for place in shares.iter_mut().flat_map(|app| &mut app.found).flat_map(|found| found.places_mut()) {
            place.source = moved.get(place.source as usize).copied().unwrap_or(u32::MAX);
        }
        shares
    }
}

/// The files that findings of one app name, with those that can be.
pub(super) struct AppSources<'a> {
    texts: &'a Texts<'a>,
    named: Sources,
    /// The same, by their ids.
    files: Vec<FileId>,
}

impl<'a> AppSources<'a> {
    /// None is named yet.
    pub(super) fn new(texts: &'a Texts<'a>) -> Self {
        Self { texts, named: Sources::default(), files: Vec::new() }
    }

    /// Those that were named.
    pub(super) fn into_named(self) -> (Sources, Vec<FileId>) {
        (self.named, self.files)
    }

    /// Names a file, and gives where it stands.
    pub(super) fn name(&mut self, file: FileId) -> u32 {
        let project = self.texts.project;
        let (texts, files) = (self.texts, &mut self.files);
        self.named.add(project.display(project.files.path(file)), || {
            files.push(file);
            texts.of(file)
        })
    }

    /// A place as shares have it.
    pub(super) fn place(&mut self, at: Location) -> FoundPlace {
        let source = self.name(at.file);
        FoundPlace { source, start: at.span.start, end: at.span.end }
    }

    /// The text at a place.
    pub(super) fn text(&self, place: FoundPlace) -> &str {
        let text = self.named.files.get(place.source as usize).map_or("", |(_, source)| source.text());
        text.get(place.start as usize..place.end as usize).unwrap_or_default()
    }

    /// A place as reports have it.
    pub(super) fn shown(&mut self, at: Location) -> Place {
        let FoundPlace { source, start, end } = self.place(at);
        let (file, source) = self.named.files.get(source as usize).cloned().unwrap_or_default();
        Place { file, source, start, end }
    }

    /// A place that was [`Self::shown`].
    pub(super) fn index_of(&self, place: &Place) -> FoundPlace {
        let source = self.named.index.get(&place.file).copied().unwrap_or(u32::MAX);
        FoundPlace { source, start: place.start, end: place.end }
    }

    /// A note as shares have it.
    pub(super) fn note(&mut self, note: &Note) -> FoundNote {
        FoundNote { place: self.place(note.at), message: note.message.clone() }
    }
}
