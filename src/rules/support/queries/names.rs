//! What names tell: which keys belong to one owner, and which tables stay small.

/// What a filter by equality on a key leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// One row, or the rows of one owner or parent.
    Owner,
    /// The rows of one customer among many: may be most of the table.
    Tenant,
    /// Whatever has this property.
    Plain,
}

/// Owners that have thousands of rows.
const TENANTS: &[&str] = &[
    "workspace",
    "organization",
    "organisation",
    "org",
    "team",
    "project",
    "tenant",
    "company",
    "store",
    "shop",
    "site",
    "environment",
    "community",
    "guild",
    "agency",
    "business",
    "restaurant",
    "clinic",
    "school",
    "hotel",
    "brand",
    "vendor",
    "merchant",
];

/// Ends of names that single out one row or one owner.
const OWNERS: &[&str] = &[
    "id",
    "ids",
    "email",
    "emails",
    "slug",
    "token",
    "username",
    "handle",
    "uuid",
    "guid",
    "sku",
    "phone",
    "key",
    "keys",
    "hash",
    "code",
    "url",
    "domain",
    "owner",
    "author",
    "by",
    "user",
    "member",
    "customer",
    "wallet",
    "address",
    "uid",
    "ip",
    "hostname",
    "isbn",
    "parent",
    "session",
    "secret",
    "identifier",
    "pk",
    "sk",
];

/// What a key of a filter singles out: `userId`, `org_id`, `status`.
pub(crate) fn key(name: &str) -> Key {
    let words = words(name);
    let Some(last) = words.last().map(String::as_str) else { return Key::Plain };
    let before = words.len().checked_sub(2).and_then(|at| words.get(at)).map(String::as_str);
    let is_tenant =
        |word: &str| TENANTS.contains(&word.strip_suffix('s').unwrap_or(word)) || TENANTS.contains(&word);
    match (before, last) {
        (Some(before), "id" | "ids" | "slug" | "uuid") if is_tenant(before) => Key::Tenant,
        (None, word) if is_tenant(word) => Key::Tenant,
        (_, word) if OWNERS.contains(&word) => Key::Owner,
        // `userid`, `workspaceid`
        (None, word) => match word.strip_suffix("id").or_else(|| word.strip_suffix("ids")) {
            Some(stem) if is_tenant(stem) => Key::Tenant,
            Some(stem) if stem.len() > 2 && !matches!(stem, "pa" | "inval" | "val" | "vo") => Key::Owner,
            _ => Key::Plain,
        },
        _ => Key::Plain,
    }
}

/// Tables that hold what a project is set up with, not what its users make.
const SMALL: &[&str] = &[
    "role",
    "setting",
    "config",
    "configuration",
    "category",
    "plan",
    "tag",
    "country",
    "currency",
    "permission",
    "feature",
    "flag",
    "language",
    "locale",
    "timezone",
    "status",
    "type",
    "tier",
    "pricing",
    "menu",
    "banner",
    "template",
    "migration",
    "badge",
    "genre",
    "department",
    "region",
    "unit",
    "option",
    "level",
    "preference",
    "provider",
    "faq",
    "theme",
    "policy",
    "scope",
    "grade",
    "subject",
    "city",
    "state",
    "province",
    "district",
    "brand",
    "model",
    "rate",
    "integration",
    "webhook",
    "cron",
    "version",
    "constant",
    "prompt",
    "partner",
    "sponsor",
    "color",
    "size",
    "position",
    "branch",
    "holiday",
    "skill",
    "slide",
    "testimonial",
    "backup",
    "chain",
    "token",
    "collection",
    "agent",
    "kind",
    "method",
    "section",
    "page",
    "navigation",
    "announcement",
    "course",
    "skillset",
    "metadata",
];

/// Tables that grow with every use.
const GROWING: &[&str] = &[
    "contact",
    "attribute",
    "response",
    "message",
    "event",
    "log",
    "order",
    "transaction",
    "trace",
    "observation",
    "click",
    "visit",
    "view",
    "subscriber",
    "submission",
    "ticket",
    "invoice",
    "payment",
    "activity",
    "audit",
    "comment",
    "lead",
    "customer",
    "record",
    "entry",
    "email",
    "booking",
    "review",
    "conversation",
    "candidate",
    "sale",
    "commission",
    "reading",
    "measurement",
    "metric",
    "score",
];

/// Whether a table stays small as far as its name tells: `roles`, `AppSetting`.
pub(crate) fn stays_small(table: &str) -> bool {
    last_word(table).is_some_and(|word| SMALL.contains(&word.as_str()))
}

/// Whether a table certainly grows, as far as its name tells.
pub(crate) fn grows(table: &str) -> bool {
    last_word(table).is_some_and(|word| GROWING.contains(&word.as_str()))
}

/// The last word of a name in the singular.
fn last_word(name: &str) -> Option<String> {
    let word = words(name).into_iter().rev().find(|word| {
        !matches!(word.as_str(), "table" | "model" | "schema" | "repository" | "repo" | "collection" | "s")
    })?;
    Some(singular(&word))
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if word.ends_with("ss") || word.ends_with("us") {
        return word.to_owned();
    }
    match word.strip_suffix("ses") {
        Some(stem) if stem.ends_with('u') => format!("{stem}s"),
        _ => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

/// The words of `camelCase`, `snake_case`, `UPPER_CASE` and `user.createdAt`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            was_lower = false;
            if words.last().is_some_and(|word| !word.is_empty()) {
                words.push(String::new());
            }
            continue;
        }
        if words.is_empty() || (character.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = character.is_lowercase() || character.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_by_what_they_single_out() {
        for name in ["id", "_id", "userId", "user_id", "email", "chat.id", "parentIds", "createdBy", "userid"]
        {
            assert_eq!(key(name), Key::Owner, "{name}");
        }
        for name in ["workspaceId", "orgId", "organization_id", "project", "teamID", "projectid"] {
            assert_eq!(key(name), Key::Tenant, "{name}");
        }
        for name in ["status", "active", "createdAt", "paid", "public", "franchise"] {
            assert_eq!(key(name), Key::Plain, "{name}");
        }
    }

    #[test]
    fn tables_by_their_last_word() {
        for name in ["roles", "AppSetting", "categories", "CollectionType", "order_statuses", "statusTable"] {
            assert!(stays_small(name), "{name}");
        }
        for name in ["users", "Starship", "orders", "blogPost"] {
            assert!(!stays_small(name), "{name}");
        }
        assert!(grows("contactAttribute") && grows("order_entries") && !grows("workspace"));
    }
}
