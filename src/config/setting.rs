//! What is set for rules: for each a bare severity, or an object.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::options::{Plain, RuleOptions};
use super::schema::Level;

/// Rules by id, with what is set for each.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rules(pub BTreeMap<String, RuleSetting>);

/// What is set for one rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum RuleSetting {
    /// Its severity.
    Level(Level),
    /// Its severity and options.
    Options(RuleOptions),
}

impl RuleSetting {
    /// The severity that is set, if one is.
    #[must_use]
    pub const fn level(&self) -> Option<Level> {
        match self {
            Self::Level(level) => Some(*level),
            Self::Options(options) => options.severity(),
        }
    }

    /// The options that are set, if some are.
    pub(super) const fn options(&self) -> Option<&RuleOptions> {
        match self {
            Self::Level(_) => None,
            Self::Options(options) => Some(options),
        }
    }
}

/// By hand, because what may stand in an object depends on its rule.
impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RulesVisitor)
    }
}

struct RulesVisitor;

impl<'de> Visitor<'de> for RulesVisitor {
    type Value = Rules;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rules, A::Error> {
        let mut rules = BTreeMap::new();
        while let Some(id) = map.next_key::<String>()? {
            let setting = map.next_value_seed(OfRule(&id))?;
            rules.insert(id, setting);
        }
        Ok(Rules(rules))
    }
}

/// Reads what is set for a rule. By hand, because an untagged enum cannot say which key of the object is wrong.
#[derive(Clone, Copy)]
struct OfRule<'r>(&'r str);

impl<'de> DeserializeSeed<'de> for OfRule<'_> {
    type Value = RuleSetting;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<RuleSetting, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OfRule<'_> {
    type Value = RuleSetting;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`off`, `info`, `warning` or `error`, or an object with `severity`")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RuleSetting, E> {
        let deserializer: serde::de::value::StrDeserializer<'_, E> =
            serde::de::IntoDeserializer::into_deserializer(text);
        Level::deserialize(deserializer).map(RuleSetting::Level)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RuleSetting, A::Error> {
        RuleOptions::read(self.0, MapAccessDeserializer::new(map)).map(RuleSetting::Options)
    }
}

/// What may be set for a rule without options of its own.
impl JsonSchema for RuleSetting {
    fn schema_name() -> Cow<'static, str> {
        "RuleSetting".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let of = [generator.subschema_for::<Level>(), generator.subschema_for::<Plain>()];
        json_schema!({ "anyOf": of })
    }
}

/// The rules by id, so that editors can offer them. A team may have others: those the parser knows.
impl JsonSchema for Rules {
    fn schema_name() -> Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut setting = |id: &str, description: &str| {
            let mut setting = match RuleOptions::schema(id, generator) {
                Some(options) => json_schema!({ "anyOf": [generator.subschema_for::<Level>(), options] }),
                None => generator.subschema_for::<RuleSetting>(),
            };
            setting.insert("description".to_owned(), description.into());
            setting
        };
        let others = setting("", "A rule of your own, in .routelint/rules");
        let rules: serde_json::Map<String, serde_json::Value> = crate::rules::all()
            .map(|rule| (rule.id.to_owned(), setting(rule.id, rule.title).to_value()))
            .collect();
        json_schema!({
            "type": "object",
            "properties": rules,
            "propertyNames": { "pattern": "^[a-z0-9-]+$" },
            "additionalProperties": others
        })
    }
}
