//! What is set for one rule: a bare severity, or an object.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::schema::Level;

/// What is set for one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RuleSetting {
    /// Its severity.
    Level(Level),
    /// Its severity and options.
    Options(RuleOptions),
}

/// Severity and options of one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RuleOptions {
    /// Its severity; without it, that of its page for each app's target.
    #[serde(default)]
    pub severity: Option<Level>,
}

impl RuleSetting {
    /// The severity that is set, if one is.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::Level(level) => Some(level),
            Self::Options(RuleOptions { severity }) => severity,
        }
    }
}

/// By hand, because an untagged enum cannot say which key of the object is wrong.
impl<'de> Deserialize<'de> for RuleSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SettingVisitor)
    }
}

struct SettingVisitor;

impl<'de> Visitor<'de> for SettingVisitor {
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
        RuleOptions::deserialize(MapAccessDeserializer::new(map)).map(RuleSetting::Options)
    }
}
