//! Where each key and value of a configuration file stands.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged as _};
use rustc_hash::FxHashMap;

use crate::span::Span;

/// Places of keys and values by their path: `["rules", "lost-work"]`, `["overrides", "0", "files"]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    of: FxHashMap<Vec<String>, Place>,
    /// Keys that stand in their object before.
    pub(super) twice: Vec<(String, Span)>,
}

/// Where a key with its value stands; an element of a list has no key of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) key: Span,
    pub(super) value: Span,
}

impl Places {
    /// The places in a file.
    pub(super) fn of(root: &Value<'_>) -> Self {
        let mut places = Self::default();
        let span = span(root.range());
        places.add(&mut Vec::new(), span, root);
        places
    }

    /// The place of a path, or of the nearest part of it that there is.
    pub(super) fn get(&self, path: &[String]) -> Place {
        let known = (0..=path.len()).rev().find_map(|length| self.of.get(&path[..length]));
        known.copied().unwrap_or(Place { key: Span::default(), value: Span::default() })
    }

    /// Whether this very path is there.
    pub(super) fn has(&self, path: &[String]) -> bool {
        self.of.contains_key(path)
    }

    fn add(&mut self, path: &mut Vec<String>, key: Span, value: &Value<'_>) {
        let place = Place { key, value: span(value.range()) };
        let is_second = self.of.insert(path.clone(), place).is_some();
        if is_second {
            self.twice.push((path.last().cloned().unwrap_or_default(), key));
        }
        match value {
            Value::Object(object) => {
                for property in &object.properties {
                    let key = match &property.name {
                        ObjectPropName::String(name) => name.range,
                        ObjectPropName::Word(name) => name.range,
                    };
                    path.push(property.name.as_str().to_owned());
                    self.add(path, span(key), &property.value);
                    path.pop();
                }
            }
            Value::Array(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    path.push(index.to_string());
                    self.add(path, span(element.range()), element);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

/// A range of the parser, in bytes.
pub(super) fn span(range: Range) -> Span {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(number(range.start), number(range.end))
}
