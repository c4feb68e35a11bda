//! What names tell: which keys belong to one owner, and which tables stay small.

use crate::rules::Growth;

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

/// Whether a column has a value for each row or user, such as `id`, `users.email` and `tenant_id`, and not some values
/// for all, such as `brand` and `country_code`.
pub(crate) fn names_rows(column: &str) -> bool {
    let column = column.rsplit('.').next().unwrap_or(column);
    let words = words(column);
    match key(column) {
        Key::Owner => !words.last().is_some_and(|word| matches!(word.as_str(), "code" | "domain" | "key")),
        Key::Tenant => words.len() > 1,
        Key::Plain => false,
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
    "zone",
    "layout",
    "material",
    "package",
    "capability",
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

/// Whether a table grows, as far as its name tells: `roles` and `AppSetting` stay small, `orders` grow.
pub(crate) fn growth(table: &str) -> Option<Growth> {
    let word = words(table).into_iter().rev().find(|word| !is_suffix(word))?;
    let word = singular(&word);
    if SMALL.contains(&word.as_str()) {
        return Some(Growth::Small);
    }
    GROWING.contains(&word.as_str()).then_some(Growth::Growing)
}

/// Words that only say that something is a table.
fn is_suffix(word: &str) -> bool {
    matches!(word, "table" | "model" | "schema" | "repository" | "repo" | "collection" | "s")
}

/// Whether two names are of the same table: `user_roles`, `UserRole`, `public.user_roles`, `userRolesTable`.
pub(crate) fn is_same(name: &str, other: &str) -> bool {
    let plain = |name: &str| {
        let mut words = words(name.rsplit('.').next().unwrap_or(name));
        while words.len() > 1 && words.last().is_some_and(|word| is_suffix(word)) {
            words.pop();
        }
        let last = words.pop()?;
        words.push(singular(&last));
        // `Userrole` and `user_role`: not every library keeps the words apart.
        Some(words.concat())
    };
    plain(name).is_some_and(|name| plain(other) == Some(name))
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

/// The words of `camelCase`, `snake_case`, `UPPER_CASE`, `SMSLog` and `user.createdAt`, in lower case.
fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let is_upper = |at: usize| characters.get(at).is_some_and(|c| c.is_uppercase());
    // Prisma's name for a model `FAQ` is `fAQ`.
    let begins_acronym = !is_upper(0) && is_upper(1) && is_upper(2);
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for (at, character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            is_open = false;
            continue;
        }
        let after_upper =
            at.checked_sub(1).is_some_and(|before| is_upper(before) || before == 0 && begins_acronym);
        let begins = is_upper(at) && (!after_upper || begins_word(&characters[at..]));
        if begins || !is_open {
            words.push(String::new());
        }
        is_open = true;
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words
}

/// Whether a capital after others begins a word: `Log` in `SMSLog`, but not the last of `IDs`.
fn begins_word(rest: &[char]) -> bool {
    let is_lower = |at: usize| rest.get(at).is_some_and(|c: &char| c.is_lowercase());
    is_lower(1) && (rest[1] != 's' || is_lower(2))
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
            assert_eq!(growth(name), Some(Growth::Small), "{name}");
        }
        for name in ["users", "Starship", "orders", "blogPost"] {
            assert_ne!(growth(name), Some(Growth::Small), "{name}");
        }
        for name in ["contactAttribute", "order_entries"] {
            assert_eq!(growth(name), Some(Growth::Growing), "{name}");
        }
        assert_eq!(growth("workspace"), None);
    }

    #[test]
    fn words_of_acronyms() {
        for (name, expected) in [
            ("fAQ", "faq"),
            ("sMSLog", "sms log"),
            ("SMSLog", "sms log"),
            ("aPIKey", "api key"),
            ("userIDs", "user ids"),
            ("teamID", "team id"),
            ("eMail", "e mail"),
            ("USER_ROLES", "user roles"),
            ("user.createdAt2", "user created at2"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn tables_by_the_names_that_libraries_give_them() {
        for name in ["user_roles", "UserRole", "userRoles", "public.user_roles", "userRolesTable", "userrole"]
        {
            assert!(is_same("user_roles", name) && is_same(name, "UserRole"), "{name}");
        }
        for name in ["roles", "user_roles_log", "", "user", "."] {
            assert!(!is_same("user_roles", name), "{name}");
        }
        assert!(is_same("models", "model") && !is_same("", ""));
    }
}
