//! The ways by which routes load a construct, as a small drawing: a file per line, and a line for each import.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::report::imports::ImportGraph;
use crate::report::style::count;

use super::index::{Entry, Index};

/// Routes that are drawn; the others are counted.
const DRAWN: usize = 4;
/// Longer ways are not small drawings any more.
const LONGEST: u32 = 14;
/// Height of a file's two lines.
const ROW: usize = 36;
/// Characters of a label: what fits on a phone.
const LABEL: usize = 38;

/// A drawing.
#[derive(Debug)]
pub(super) struct Graph {
    /// What it says, for who cannot see it.
    pub(super) title: String,
    /// The same in words.
    pub(super) words: String,
    /// Its height.
    pub(super) height: usize,
    /// Where its labels begin.
    pub(super) column: usize,
    /// Its files from the routes to the construct.
    pub(super) nodes: Vec<Node>,
    /// Its lines as SVG paths.
    pub(super) edges: Vec<String>,
    /// What is not drawn, in words; empty if everything is.
    pub(super) rest: String,
}

/// A file of a drawing.
#[derive(Debug)]
pub(super) struct Node {
    /// `route`, `module` or `construct`.
    pub(super) kind: &'static str,
    /// The middle of its line.
    pub(super) y: usize,
    /// The upper line of its label.
    pub(super) name: String,
    /// The lower one.
    pub(super) below: String,
    /// The file.
    pub(super) file: String,
}

/// The import graph, walked against its edges.
#[derive(Debug)]
pub(super) struct Ways<'a> {
    imports: &'a ImportGraph,
    loaders: Vec<Vec<u32>>,
    /// How far each file is from one.
    known: HashMap<u32, Vec<u32>>,
}

impl<'a> Ways<'a> {
    pub(super) fn new(imports: &'a ImportGraph) -> Self {
        let mut loaders = vec![Vec::new(); imports.files.len()];
        for (file, loaded) in (0..).zip(&imports.imports) {
            for &target in loaded {
                if let Some(loaders) = loaders.get_mut(target as usize) {
                    loaders.push(file);
                }
            }
        }
        Self { imports, loaders, known: HashMap::new() }
    }

    /// How many imports each file is away from one; `u32::MAX` where there is no way.
    fn distances(&mut self, to: u32) -> &[u32] {
        let loaders = &self.loaders;
        self.known.entry(to).or_insert_with(|| {
            let mut far = vec![u32::MAX; loaders.len()];
            let mut open = VecDeque::from([(to, 0)]);
            while let Some((file, distance)) = open.pop_front() {
                if let Some(place) = far.get_mut(file as usize).filter(|place| **place == u32::MAX) {
                    *place = distance;
                    let before = loaders.get(file as usize).map_or(&[][..], Vec::as_slice);
                    open.extend(before.iter().map(|&loader| (loader, distance + 1)));
                }
            }
            far
        })
    }

    /// The drawing for a finding; `None` if it stands in the routes' own files, or no import leads to it.
    pub(super) fn draw(&mut self, index: &Index<'_>, entry: &Entry<'_>) -> Option<Graph> {
        let to = self.imports.index(&entry.diagnostic.place.file)?;
        let imports = self.imports;
        let far = self.distances(to);
        let mut from: Vec<(u32, u32, usize)> = Vec::new();
        for &number in &entry.routes {
            let file = index.routes.get(number).and_then(|route| imports.index(&route.file));
            let distance = file.and_then(|file| far.get(file as usize)).copied();
            if let (Some(file), Some(distance @ 1..=LONGEST)) = (file, distance) {
                from.push((distance, file, number));
            }
        }
        from.sort_unstable();
        from.dedup_by_key(|&mut (_, file, _)| file);
        from.truncate(DRAWN);
        let routes: HashMap<u32, usize> = from.iter().map(|&(_, file, number)| (file, number)).collect();
        let ways: Vec<Vec<u32>> =
            from.iter().filter_map(|&(_, file, _)| self.imports.path(file, to)).collect();
        let mut files: Vec<u32> = ways.concat();
        // What lies farther from the construct stands above.
        let far = self.distances(to);
        files.sort_unstable_by_key(|&file| (Reverse(far.get(file as usize).copied()), file));
        files.dedup();
        (!ways.is_empty()).then(|| self.graph(index, entry, &Drawn { files, ways, routes }))
    }

    fn graph(&self, index: &Index<'_>, entry: &Entry<'_>, drawn: &Drawn) -> Graph {
        let edges = drawn.edges();
        let widest = edges.iter().map(|(from, to)| to - from).max().unwrap_or(0);
        let column = bulge(widest) + 10;
        let words = |way: &Vec<u32>| {
            way.iter().map(|&file| self.imports.file(file)).collect::<Vec<_>>().join(" loads ")
        };
        let lead = if drawn.routes.len() == 1 { "a route leads" } else { "routes lead" };
        let rest = entry.routes.len().saturating_sub(drawn.routes.len());
        Graph {
            title: format!("How {lead} to {}", entry.diagnostic.place.file),
            words: drawn.ways.iter().map(words).collect::<Vec<_>>().join("; "),
            height: drawn.files.len() * ROW,
            column,
            nodes: self.nodes(index, entry, drawn),
            edges: edges.iter().map(|&edge| line(column - 10, edge)).collect(),
            rest: if rest == 0 { String::new() } else { format!("{} not drawn", count(rest, "more route")) },
        }
    }

    fn nodes(&self, index: &Index<'_>, entry: &Entry<'_>, drawn: &Drawn) -> Vec<Node> {
        let line = entry.diagnostic.place.position().line;
        let node = |(row, &file): (usize, &u32)| {
            let path = self.imports.file(file);
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let route = drawn.routes.get(&file).and_then(|&route| index.routes.get(route));
            let (kind, name, below) = match route {
                Some(route) => ("route", route.path.clone(), path),
                None if row + 1 == drawn.files.len() => ("construct", format!("{name}:{line}"), folder),
                None => ("module", name.to_owned(), folder),
            };
            let y = row * ROW + ROW / 2;
            Node { kind, y, name: cut(&name), below: cut(below), file: path.to_owned() }
        };
        drawn.files.iter().enumerate().map(node).collect()
    }
}

/// What is in a drawing.
struct Drawn {
    /// The files, one below the other.
    files: Vec<u32>,
    /// The ways through them.
    ways: Vec<Vec<u32>>,
    /// The routes by their files.
    routes: HashMap<u32, usize>,
}

impl Drawn {
    /// The imports, as pairs of lines.
    fn edges(&self) -> BTreeSet<(usize, usize)> {
        let row: HashMap<u32, usize> =
            self.files.iter().enumerate().map(|(row, &file)| (file, row)).collect();
        let pairs = self.ways.iter().flat_map(|way| way.windows(2));
        let edge = |pair: &[u32]| Some((*row.get(pair.first()?)?, *row.get(pair.last()?)?));
        pairs.filter_map(edge).collect()
    }
}

/// How far a line stands out that passes by other files.
fn bulge(span: usize) -> usize {
    if span < 2 { 8 } else { (8 + span * 6).min(44) }
}

/// A line from one file to another: straight to the next, else around what lies between.
fn line(x: usize, (from, to): (usize, usize)) -> String {
    let (start, end) = (from * ROW + ROW / 2 + 6, to * ROW + ROW / 2 - 8);
    if to - from < 2 {
        return format!("M{x} {start}V{end}");
    }
    // A curve reaches three quarters of the way to its control points.
    let out = x.saturating_sub((bulge(to - from) - 4) * 4 / 3);
    format!("M{} {start}C{out} {},{out} {},{} {end}", x - 4, start + ROW / 2, end - ROW / 2, x - 3)
}

/// The end of a text that is too long for a label.
fn cut(text: &str) -> String {
    let characters = text.chars().count();
    if characters <= LABEL {
        return text.to_owned();
    }
    let rest: String = text.chars().skip(characters - LABEL + 1).collect();
    format!("…{rest}")
}
