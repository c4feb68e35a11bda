//! What one source file refers to, read with `syn`: rooms of this crate, other crates, printing, panics. Code
//! under `#[cfg(test)]` does not count.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// Macros that print, and macros that stop the program.
const PRINTS: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];
const STOPS: [&str; 4] = ["panic", "todo", "unimplemented", "unreachable"];

/// What a file refers to, each with its line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct References {
    /// Paths below the crate's root: `project::Target`.
    pub(crate) crate_paths: BTreeSet<(String, usize)>,
    /// First names of all other paths: crates, and local names.
    pub(crate) names: BTreeSet<(String, usize)>,
    /// Macros that print, and the standard streams.
    pub(crate) prints: BTreeSet<(String, usize)>,
    /// What may stop the program.
    pub(crate) stops: BTreeSet<(String, usize)>,
}

/// Reads a file whose module has this path below the crate's root.
///
/// # Errors
/// The file does not parse.
pub(crate) fn references(text: &str, module: Vec<String>) -> syn::Result<References> {
    let file = syn::parse_file(text)?;
    let mut reader = Reader { module, found: References::default() };
    reader.visit_file(&file);
    Ok(reader.found)
}

/// The files of the modules that this file declares under `#[cfg(test)]`: of each the file and the folder.
///
/// # Errors
/// The file does not parse.
pub(crate) fn test_modules(path: &Path, text: &str) -> syn::Result<Vec<PathBuf>> {
    let stem = path.file_stem().unwrap_or_default();
    let folder = match stem.to_str() {
        Some("mod" | "lib" | "main") => path.with_file_name(""),
        _ => path.with_extension(""),
    };
    let modules = syn::parse_file(text)?.items.into_iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() && is_test(&module.attrs) => {
            Some(module.ident.to_string())
        }
        _ => None,
    });
    Ok(modules.flat_map(|name| [folder.join(format!("{name}.rs")), folder.join(name)]).collect())
}

fn is_test(attributes: &[Attribute]) -> bool {
    let is_cfg_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
    };
    attributes.iter().any(|attribute| attribute.path().is_ident("test") || is_cfg_test(attribute))
}

struct Reader {
    module: Vec<String>,
    found: References,
}

impl Reader {
    fn path(&mut self, path: &[String], line: usize) {
        let Some(first) = path.first() else { return };
        let joined = match first.as_str() {
            "crate" | "routelint" => path[1..].join("::"),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                let base = &self.module[..self.module.len().saturating_sub(up)];
                [base, &path[up..]].concat().join("::")
            }
            _ => {
                if let [.., owner, name] = path
                    && owner == "io"
                    && matches!(name.as_str(), "stdout" | "stderr")
                {
                    self.found.prints.insert((name.clone(), line));
                }
                self.found.names.insert((first.clone(), line));
                return;
            }
        };
        self.found.crate_paths.insert((joined, line));
    }

    fn use_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>) {
        let line = tree.span().start().line;
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.use_tree(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|item| self.use_tree(item, prefix)),
            UseTree::Name(name) => self.path(&[prefix.clone(), vec![name.ident.to_string()]].concat(), line),
            UseTree::Rename(name) => {
                self.path(&[prefix.clone(), vec![name.ident.to_string()]].concat(), line)
            }
            _ => self.path(prefix, line),
        }
    }

    fn macro_name(&mut self, name: &str, line: usize) {
        let into = if PRINTS.contains(&name) {
            &mut self.found.prints
        } else if STOPS.contains(&name) {
            &mut self.found.stops
        } else {
            return;
        };
        into.insert((format!("{name}!"), line));
    }

    fn method(&mut self, name: &str, line: usize) {
        if matches!(name, "unwrap" | "expect" | "unwrap_err" | "expect_err") {
            self.found.stops.insert((format!(".{name}()"), line));
        }
    }

    /// The arguments of a macro are words only; what stands out in them is the same.
    fn tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            let after = |mark| is_mark(trees.get(at + 1), mark);
            match tree {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(name) => {
                    let (name, line) = (name.to_string(), name.span().start().line);
                    if at > 0 && is_mark(trees.get(at - 1), '.') {
                        self.method(&name, line);
                    } else if after('!') {
                        self.macro_name(&name, line);
                    } else if after(':') && !(at > 0 && is_mark(trees.get(at - 1), ':')) {
                        self.path(&path_in(&trees[at..]), line);
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_mark(tree: Option<&TokenTree>, mark: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// `a::b::c` at the start of these.
fn path_in(trees: &[TokenTree]) -> Vec<String> {
    let parts = trees.chunks(3).map_while(|chunk| match chunk {
        [TokenTree::Ident(name), rest @ ..] => {
            Some((name.to_string(), is_mark(rest.first(), ':') && is_mark(rest.get(1), ':')))
        }
        _ => None,
    });
    let mut path = Vec::new();
    for (name, goes_on) in parts {
        path.push(name);
        if !goes_on {
            break;
        }
    }
    path
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(&parts, path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.method(&call.method.to_string(), call.method.span().start().line);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(last) = call.path.segments.last() {
            self.macro_name(&last.ident.to_string(), last.ident.span().start().line);
        }
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}
