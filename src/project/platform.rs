//! What a platform's own configuration says of an app: `vercel.json` and its kin, and flags of `wrangler` files.

use globset::{GlobBuilder, GlobMatcher};
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use rustc_hash::FxHashMap;

use super::configs::ConfigFiles;
use super::files::FileSet;
use super::scan::{Word, words};
use super::{Warning, paths};
use crate::span::{FileId, Location, Span};

/// What the configuration of the platform says, as far as it is literal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// The folder of the file, which its patterns are relative to; `None` where there is no such file.
    pub dir: Option<String>,
    /// `crons`, in order.
    pub crons: Vec<Cron>,
    /// `functions` with a `maxDuration`, in order.
    pub functions: Vec<FunctionLimit>,
    /// `fluid`
    pub fluid: Option<bool>,
    /// It sends requests elsewhere (`rewrites`, `routes`, `builds`, `services`): a path may be answered by more than
    /// the app's own files.
    pub reroutes: bool,
    /// The Workers runtime of the app has Node's modules (`nodejs_compat`).
    pub nodejs_compat: bool,
}

/// A request that the platform makes at set times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    /// The URL path, as written.
    pub path: String,
    /// The cron expression, as written; empty if there is none.
    pub schedule: String,
    /// The text of the path in the file.
    pub at: Location,
}

/// How long the functions of some source files may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionLimit {
    /// The pattern of the files, relative to the folder of the configuration.
    pub pattern: String,
    /// `maxDuration` in seconds.
    pub max_duration: u32,
}

impl Platform {
    /// How long functions may run, ready to be asked for many.
    #[must_use]
    pub fn durations(&self) -> Durations<'_> {
        let matcher = |limit: &FunctionLimit| {
            let glob = GlobBuilder::new(&limit.pattern).literal_separator(true).build();
            glob.ok().map(|glob| glob.compile_matcher())
        };
        let limits = self.functions.iter().map(|limit| (limit, matcher(limit)));
        Durations { dir: self.dir.as_deref(), limits: limits.collect() }
    }
}

/// The limits of a [`Platform`], their patterns read.
#[derive(Debug)]
pub struct Durations<'a> {
    dir: Option<&'a str>,
    limits: Vec<(&'a FunctionLimit, Option<GlobMatcher>)>,
}

impl Durations<'_> {
    /// How long the function of a source file (a path relative to the project's root) may run: the first pattern
    /// that is its path, or matches it, decides.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<u32> {
        let path = paths::below(path, self.dir?)?;
        let fits = |(limit, matcher): &&(&FunctionLimit, Option<GlobMatcher>)| {
            limit.pattern == path || matcher.as_ref().is_some_and(|matcher| matcher.is_match(path))
        };
        self.limits.iter().find(fits).map(|(limit, _)| limit.max_duration)
    }
}

/// The names of Vercel's configuration, the first found counts.
const NAMES: [&str; 3] = ["vercel.json", "vercel.ts", "vercel.mjs"];

/// Whether reports may point into a configuration file: then it needs an id as source files have.
pub(super) fn is_pointed_at(path: &str) -> bool {
    paths::name(path) == "vercel.json"
}

/// The platform configuration of each folder that has one.
#[derive(Debug)]
pub(super) struct Platforms {
    by_dir: FxHashMap<String, Platform>,
    nodejs_compat: Vec<String>,
}

impl Platforms {
    /// Reads every `vercel.*` and `wrangler.*` of the tree.
    pub(super) fn load(configs: &ConfigFiles, files: &FileSet, warnings: &mut Vec<Warning>) -> Self {
        let mut by_dir: FxHashMap<String, Platform> = FxHashMap::default();
        let mut nodejs_compat = Vec::new();
        for path in configs.paths() {
            let dir = paths::parent(path);
            let name = paths::name(path);
            if name.starts_with("wrangler.") {
                if configs.read(path).is_ok_and(|text| has_nodejs_compat(&text)) {
                    nodejs_compat.push(dir.to_owned());
                }
            } else if NAMES.contains(&name)
                && !by_dir.contains_key(dir)
                && let Some(file) = files.any(path)
                && let Ok(text) = configs.read(path)
            {
                let platform =
                    if name == "vercel.json" { of_json(&text, file) } else { Ok(of_code(&text, file)) };
                match platform {
                    Ok(platform) => {
                        by_dir.insert(dir.to_owned(), Platform { dir: Some(dir.to_owned()), ..platform });
                    }
                    Err(message) => warnings.push(Warning { file: path.clone(), message }),
                }
            }
        }
        Self { by_dir, nodejs_compat }
    }

    /// What counts for the app at `root`, among apps at these roots: the nearest file upwards. The crons of a
    /// folder that holds several apps are not known to be this one's.
    pub(super) fn of(&self, root: &str, apps: &[String]) -> Platform {
        let mut platform =
            paths::upwards(root).find_map(|dir| self.by_dir.get(dir)).cloned().unwrap_or_default();
        if let Some(dir) = platform.dir.as_deref()
            && dir != root
            && apps.iter().filter(|app| *app == dir || paths::below(app, dir).is_some()).count() > 1
        {
            platform.crons.clear();
        }
        platform.nodejs_compat =
            paths::upwards(root).any(|dir| self.nodejs_compat.iter().any(|own| own == dir));
        platform
    }
}

fn has_nodejs_compat(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['#', '/']));
    lines.into_iter().any(|line| line.contains("nodejs_compat"))
}

/// `vercel.json`
fn of_json(text: &str, file: FileId) -> Result<Platform, String> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    let value = match parsed {
        Ok(parsed) => parsed.value,
        Err(error) => {
            return Err(format!(
                "{}:{}: not valid JSON ({}); its crons and functions are ignored",
                error.line_display(),
                error.column_display(),
                error.kind()
            ));
        }
    };
    let Some(Value::Object(config)) = value else { return Ok(Platform::default()) };
    let reroutes = ["rewrites", "routes", "builds", "services", "experimentalServices"];
    Ok(Platform {
        crons: crons(&config, file),
        functions: functions(&config),
        fluid: config.get_boolean("fluid").map(|fluid| fluid.value),
        reroutes: reroutes.iter().any(|key| config.get(key).is_some()),
        ..Platform::default()
    })
}

fn crons(config: &Object<'_>, file: FileId) -> Vec<Cron> {
    let entries = config.get_array("crons").map(|crons| crons.elements.as_slice()).unwrap_or_default();
    let cron = |entry: &Value<'_>| {
        let entry = entry.as_object()?;
        let path = entry.get_string("path")?;
        Some(Cron {
            path: path.value.to_string(),
            schedule: entry.get_string("schedule").map(|text| text.value.to_string()).unwrap_or_default(),
            at: Location { file, span: Span::new(offset(path.range.start), offset(path.range.end)) },
        })
    };
    entries.iter().filter_map(cron).collect()
}

fn functions(config: &Object<'_>) -> Vec<FunctionLimit> {
    let entries = config.get_object("functions").map(|it| it.properties.as_slice()).unwrap_or_default();
    let limit = |entry: &jsonc_parser::ast::ObjectProp<'_>| {
        let max_duration = entry.value.as_object()?.get_number("maxDuration")?.value.parse().ok()?;
        Some(FunctionLimit { pattern: entry.name.as_str().to_owned(), max_duration })
    };
    entries.iter().filter_map(limit).collect()
}

/// `vercel.ts`: its literal parts.
fn of_code(text: &str, file: FileId) -> Platform {
    let words = words(text);
    let mut platform = Platform::default();
    for (at, word) in words.iter().enumerate() {
        let (Word::Name(key) | Word::Text(key)) = word else { continue };
        let Some([Word::Mark(':'), value @ ..]) = words.get(at + 1..) else { continue };
        match (*key, value) {
            ("crons", [Word::Mark('['), list @ ..]) => platform.crons = literal_crons(list, (text, file)),
            ("functions", [Word::Mark('{'), entries @ ..]) => platform.functions = literal_functions(entries),
            ("fluid", [Word::Name("true"), ..]) => platform.fluid = Some(true),
            ("fluid", [Word::Name("false"), ..]) => platform.fluid = Some(false),
            ("rewrites" | "routes" | "builds" | "services" | "experimentalServices", _) => {
                platform.reroutes = true;
            }
            _ => {}
        }
    }
    platform
}

/// The objects of a list, up to its end; a path that is no plain string makes no entry.
fn literal_crons(list: &[Word<'_>], (text, file): (&str, FileId)) -> Vec<Cron> {
    let mut crons = Vec::new();
    let mut depth = 0_u32;
    let (mut path, mut schedule) = (None, "");
    for (at, word) in list.iter().enumerate() {
        match word {
            Word::Mark('{' | '[' | '(') => depth += 1,
            Word::Mark('}' | ']' | ')') => {
                let Some(outer) = depth.checked_sub(1) else { break };
                depth = outer;
                if let (0, Some(path)) = (depth, path.take()) {
                    let at = Location { file, span: span_of(path, text) };
                    crons.push(Cron { path: path.to_owned(), schedule: schedule.to_owned(), at });
                    schedule = "";
                }
            }
            Word::Name(key) | Word::Text(key) if depth == 1 => {
                if let Some([Word::Mark(':'), Word::Text(value), Word::Mark(',' | '}'), ..]) =
                    list.get(at + 1..)
                {
                    match *key {
                        "path" => path = Some(*value),
                        "schedule" => schedule = value,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    crons
}

fn literal_functions(entries: &[Word<'_>]) -> Vec<FunctionLimit> {
    let mut functions = Vec::new();
    let mut depth = 0_u32;
    let mut pattern = "";
    for (at, word) in entries.iter().enumerate() {
        match word {
            Word::Mark('{' | '[' | '(') => depth += 1,
            Word::Mark('}' | ']' | ')') => {
                let Some(outer) = depth.checked_sub(1) else { break };
                depth = outer;
            }
            Word::Name(key) | Word::Text(key) => match (depth, entries.get(at + 1..)) {
                (0, Some([Word::Mark(':'), ..])) => pattern = key,
                (1, Some([Word::Mark(':'), Word::Name(number), ..])) if *key == "maxDuration" => {
                    let limit = number
                        .parse()
                        .map(|max_duration| FunctionLimit { pattern: pattern.to_owned(), max_duration });
                    functions.extend(limit);
                }
                _ => {}
            },
            _ => {}
        }
    }
    functions
}

/// Where a part of a text stands in it, with the quotes around it.
fn span_of(part: &str, text: &str) -> Span {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    Span::new(offset(start.saturating_sub(1)), offset(start + part.len() + 1))
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
