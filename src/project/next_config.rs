//! `next.config.*`, as far as it is literal.

use super::app::NextConfig;
use super::configs::ConfigFiles;
use super::scan::{Word, words};

/// The order in which Next looks for its configuration.
const NAMES: [&str; 5] =
    ["next.config.js", "next.config.mjs", "next.config.ts", "next.config.mts", "next.config.cjs"];

/// The configuration of the app at `dir`; Next's defaults where it says nothing that can be read.
pub(super) fn read(configs: &ConfigFiles, dir: &str) -> NextConfig {
    let path = NAMES.iter().find_map(|name| configs.starting(dir, name));
    path.and_then(|path| configs.read(path).ok()).map_or_else(NextConfig::default, |text| parse(&text))
}

fn parse(text: &str) -> NextConfig {
    let words = words(text);
    let rewrites = words.iter().any(|word| matches!(word, Word::Name("rewrites") | Word::Text("rewrites")));
    let mut config = NextConfig { rewrites, ..NextConfig::default() };
    // The word before each open bracket: what an object is for shows in what stands before it.
    let mut openers: Vec<Option<Word<'_>>> = Vec::new();
    let mut settled = Settled::default();
    for (at, word) in words.iter().enumerate() {
        match word {
            Word::Mark('{' | '(' | '[') => {
                openers.push(at.checked_sub(1).and_then(|at| words.get(at)).copied())
            }
            Word::Mark('}' | ')' | ']') => {
                openers.pop();
            }
            Word::Name(key) | Word::Text(key) if is_options(openers.last()) => {
                if let Some([Word::Mark(':'), value @ ..]) = words.get(at + 1..) {
                    settled.set(&mut config, key, value);
                }
            }
            _ => {}
        }
    }
    config
}

/// Whether an object with this word before it is always part of the options. One that a condition chooses
/// (`...(CI ? { output: 'export' } : {})`) says what may be, and one that is a property's value is not the top.
fn is_options(opener: Option<&Option<Word<'_>>>) -> bool {
    match opener {
        Some(Some(Word::Mark(mark))) => matches!(mark, '=' | '(' | ',' | '[' | '>'),
        Some(Some(Word::Name(name))) => matches!(*name, "return" | "default"),
        _ => false,
    }
}

/// Which keys are known already: the first literal one stands, as later ones belong to copies and helpers.
#[derive(Default)]
struct Settled {
    extensions: bool,
    output: bool,
    base_path: bool,
}

impl Settled {
    fn set(&mut self, config: &mut NextConfig, key: &str, value: &[Word<'_>]) {
        match key {
            "pageExtensions" if !self.extensions => {
                if let Some(extensions) = string_list(value) {
                    config.page_extensions = extensions;
                    self.extensions = true;
                }
            }
            "output" if !self.output => {
                let output = string(value);
                config.static_export = output == Some("export");
                config.standalone = output == Some("standalone");
                self.output = output.is_some();
            }
            "basePath" if !self.base_path => {
                if let Some(path) = string(value) {
                    path.clone_into(&mut config.base_path);
                    self.base_path = true;
                }
            }
            "cacheComponents" => {
                config.cache_components |= matches!(value, [Word::Name("true"), rest @ ..] if ends(rest));
            }
            _ => {}
        }
    }
}

/// Whether a value is over: no operator follows that makes another one of it.
fn ends(rest: &[Word<'_>]) -> bool {
    matches!(rest.first(), None | Some(Word::Mark(',' | '}' | ';') | Word::Name("as")))
}

fn string<'t>(value: &[Word<'t>]) -> Option<&'t str> {
    match value {
        [Word::Text(text), rest @ ..] if ends(rest) => Some(text),
        _ => None,
    }
}

fn string_list(value: &[Word<'_>]) -> Option<Vec<String>> {
    let [Word::Mark('['), items @ ..] = value else { return None };
    let close = items.iter().position(|word| *word == Word::Mark(']'))?;
    let (items, rest) = items.split_at_checked(close)?;
    let mut strings = Vec::new();
    for word in items {
        match word {
            Word::Text(text) => strings.push(text.trim_start_matches('.').to_owned()),
            Word::Mark(',') => {}
            _ => return None,
        }
    }
    (!strings.is_empty() && ends(rest.get(1..)?)).then_some(strings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_options() {
        let config = parse(
            "// output: 'export'\nimport x from 'y'\nconst nextConfig: NextConfig = {\n  'output': 'standalone', basePath: \"/docs\",\n\
             pageExtensions: ['page.tsx', \"api.ts\",], cacheComponents: true }\nexport default withX(nextConfig)",
        );
        assert!(config.standalone && !config.static_export && config.cache_components);
        assert_eq!(config.base_path, "/docs");
        assert_eq!(config.page_extensions, ["page.tsx", "api.ts"]);
    }

    #[test]
    fn what_is_computed_or_conditional_does_not_count() {
        for text in [
            "module.exports = { output: process.env.X ? 'standalone' : undefined }",
            "module.exports = { output: 'export' + x }",
            "module.exports = { ...(process.env.X ? { output: 'export' } : {}) }",
            "module.exports = { ...(process.env.X && { output: 'export' }) }",
            "module.exports = { webpack(config) { return config }, experimental: { output: 'export' } }",
            "module.exports = { pageExtensions: ['ts', 'tsx'].map((e) => `page.${e}`), basePath: `/x`, basePath }",
            "module.exports = { pageExtensions: [...common, 'ts'] }",
        ] {
            assert_eq!(parse(text), NextConfig::default(), "{text}");
        }
    }

    #[test]
    fn options_may_be_returned_or_passed() {
        for text in [
            "export default async () => ({ output: 'export' })",
            "export default () => { return { output: 'export' } }",
            "module.exports = withPlugins([a], { output: 'export' })",
            "export default { output: 'export' as const }",
            "export default defineConfig({ output: 'export', })",
        ] {
            assert!(parse(text).static_export, "{text}");
        }
    }
}
