//! What names of keys tell: which of them belong to one owner.

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
    let first = words.first().map(String::as_str).unwrap_or_default();
    let before = words.len().checked_sub(2).and_then(|at| words.get(at)).map(String::as_str);
    let is_tenant =
        |word: &str| TENANTS.contains(&word.strip_suffix('s').unwrap_or(word)) || TENANTS.contains(&word);
    match (before, last) {
        (Some(before), "id" | "ids" | "slug" | "uuid") if is_tenant(before) => Key::Tenant,
        (None, word) if is_tenant(word) => Key::Tenant,
        (_, word) if OWNERS.contains(&word) => Key::Owner,
        // `id_pedido`, `idPedido`; but not what is said about somebody's identity card
        (Some(_), "type" | "kind" | "status" | "state" | "verified") => Key::Plain,
        (Some(_), word) if first == "id" && is_tenant(word) => Key::Tenant,
        (Some(_), _) if first == "id" => Key::Owner,
        // `userid`, `workspaceid`
        (None, word) => match word.strip_suffix("id").or_else(|| word.strip_suffix("ids")) {
            Some(stem) if is_tenant(stem) => Key::Tenant,
            Some(stem) if stem.len() > 2 && !matches!(stem, "pa" | "inval" | "val" | "vo") => Key::Owner,
            _ => Key::Plain,
        },
        _ => Key::Plain,
    }
}

/// Whether a column says when something is to be done, such as `nextRunAt` and `remind_at`: what is due by now leaves the
/// filter once it is done.
pub(crate) fn tells_due(column: &str) -> bool {
    const DUE: &[&str] = &[
        "next",
        "due",
        "scheduled",
        "schedule",
        "send",
        "remind",
        "reminder",
        "run",
        "retry",
        "deadline",
        "trigger",
        "execute",
        "expire",
        "expires",
        "expiry",
        "expiration",
        "renew",
        "renews",
    ];
    let column = column.rsplit('.').next().unwrap_or(column);
    words(column).iter().any(|word| DUE.contains(&word.as_str()))
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

/// The words of `camelCase`, `snake_case`, `UPPER_CASE`, `SMSLog` and `user.createdAt`, in lower case.
pub(crate) fn words(name: &str) -> Vec<String> {
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
        for name in [
            "id",
            "_id",
            "userId",
            "user_id",
            "email",
            "chat.id",
            "parentIds",
            "createdBy",
            "userid",
            "id_pedido",
            "idPedido",
        ] {
            assert_eq!(key(name), Key::Owner, "{name}");
        }
        for name in
            ["workspaceId", "orgId", "organization_id", "project", "teamID", "projectid", "id_project"]
        {
            assert_eq!(key(name), Key::Tenant, "{name}");
        }
        for name in
            ["status", "active", "createdAt", "paid", "public", "franchise", "idle", "identity", "idStatus"]
        {
            assert_eq!(key(name), Key::Plain, "{name}");
        }
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
}
