//! What names of tables tell: which of them stay small, and which hold people.

use super::names::words;
use crate::rules::Growth;

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
    "platform",
    "format",
    "lookup",
    "gender",
    "amenity",
    "admin",
    "administrator",
    "superadmin",
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

/// Tables of people, as far as their names tell.
const PEOPLE: &[&str] =
    &["user", "account", "profile", "member", "employee", "person", "people", "staff", "usuario"];

/// Whether a table holds people: `users`, `UserModel`, `adminProfiles`.
pub(crate) fn holds_people(table: &str) -> bool {
    let word = words(table).into_iter().rev().find(|word| !is_suffix(word));
    word.is_some_and(|word| PEOPLE.contains(&singular(&word).as_str()))
}

/// Words that only say that something is a table.
fn is_suffix(word: &str) -> bool {
    matches!(word, "table" | "model" | "schema" | "repository" | "repo" | "collection" | "ref" | "s")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_by_their_last_word() {
        for name in [
            "roles",
            "AppSetting",
            "categories",
            "CollectionType",
            "order_statuses",
            "statusTable",
            "planTypeRef",
            "admins",
        ] {
            assert_eq!(growth(name), Some(Growth::Small), "{name}");
        }
        for name in ["users", "Starship", "orders", "blogPost"] {
            assert_ne!(growth(name), Some(Growth::Small), "{name}");
        }
        for name in ["contactAttribute", "order_entries", "orderRef"] {
            assert_eq!(growth(name), Some(Growth::Growing), "{name}");
        }
        assert_eq!(growth("workspace"), None);
    }

    #[test]
    fn tables_of_people() {
        for name in ["users", "User", "usersTable", "public.user_profiles", "UserModel"] {
            assert!(holds_people(name), "{name}");
        }
        for name in ["userNotifications", "orders", "", "staffMeeting"] {
            assert!(!holds_people(name), "{name}");
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
