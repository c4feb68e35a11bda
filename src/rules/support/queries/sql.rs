//! What can be told of a query from its SQL.

use super::arranged::is_place;
use super::equal::Of;
use super::names::{Key, names_rows, tells_due};
use super::reach::Reach;
use super::staff::{Says, names_staff};

/// A `SELECT` that gives rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Select {
    /// The first table.
    pub table: String,
    /// How much of it is read.
    pub reach: Reach,
    /// The rows are asked for in an order that people put them in by hand.
    pub arranged: bool,
}

/// Reads SQL, with `?` for what is put in. `None` if it is no `SELECT` from a table, or gives counts or one row.
pub(crate) fn select(text: &str) -> Option<Select> {
    let text = plain(text);
    let words: Vec<&str> = tokens(&text);
    let at = |word: &str| words.iter().position(|w| w.eq_ignore_ascii_case(word));
    let has = |word: &str| at(word).is_some();
    if !words.first()?.eq_ignore_ascii_case("select") {
        return None;
    }
    let from = at("from")?;
    let table = words.get(from + 1)?.rsplit('.').next().unwrap_or_default();
    let whole_table = words.get(from + 1)?.to_ascii_lowercase();
    let is_system = [
        "information_schema",
        "performance_schema",
        "mysql.",
        "sys.",
        "pg_",
        "sqlite_",
        "dual",
        "?",
        "(",
        "generate_series",
        "unnest",
    ]
    .iter()
    .any(|name| whole_table.starts_with(name));
    if is_system || table.is_empty() {
        return None;
    }
    let aggregates =
        ["count", "sum", "avg", "min", "max", "exists", "array_agg", "json_agg", "jsonb_agg", "group"];
    let limited = ["limit", "fetch", "top", "rownum", "row_number", "offset"].iter().any(|word| has(word));
    let columns = words.get(..from)?;
    let counts = columns.iter().any(|w| aggregates.iter().any(|a| w.eq_ignore_ascii_case(a))) || has("group");
    // A lock on rows is taken for what is done next.
    if counts || has("update") || has("share") || gives_values(columns) {
        return None;
    }
    let reach = match at("where") {
        _ if limited => Reach::Capped,
        None => Reach::Whole,
        Some(at) => conditions(Of::table(Some(table)), words.get(at + 1..).unwrap_or_default()),
    };
    let order = at("order").and_then(|at| words.get(at..)).unwrap_or_default();
    let arranged = order.iter().any(|word| is_place(word.rsplit('.').next().unwrap_or(word)));
    // A sub-query may limit what the outer one reads, as may a text that is put together.
    let nested = words.iter().skip(1).any(|w| w.eq_ignore_ascii_case("select"));
    let is_open = nested || gets_clause(words.get(from + 2..).unwrap_or_default());
    Some(Select { table: table.to_owned(), reach: if is_open { Reach::Unknown } else { reach }, arranged })
}

/// Whether `SELECT DISTINCT` gives values of columns, of which there are few, and no rows: `category`, not `user_id`.
fn gives_values(columns: &[&str]) -> bool {
    let is = |at: usize, text: &str| columns.get(at).is_some_and(|word| word.eq_ignore_ascii_case(text));
    let singles_out = |word: &&str| word.ends_with('*') || *word == "?" || names_rows(word);
    is(1, "distinct") && !is(2, "on") && !columns.iter().skip(2).any(singles_out)
}

/// Whether what is put into a text may be a condition or a limit: `${where}`. Values stand behind operators.
fn gets_clause(words: &[&str]) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    let mut depth = 0;
    for (at, token) in words.iter().enumerate() {
        depth += i32::from(*token == "(") - i32::from(*token == ")");
        if *token != "?" {
            continue;
        }
        let before = word(at.checked_sub(1)).to_ascii_lowercase();
        let is_value = match before.as_str() {
            "where" | "or" | "on" => is_operator(word(Some(at + 1))),
            "and" => {
                is_operator(word(Some(at + 1))) || word(at.checked_sub(3)).eq_ignore_ascii_case("between")
            }
            "?" => depth > 0 || word(at.checked_sub(2)).eq_ignore_ascii_case("by"),
            before => is_operator(before),
        };
        if !is_value {
            return true;
        }
    }
    false
}

/// Whether a value may stand beside a word or mark.
fn is_operator(word: &str) -> bool {
    let operators = [
        "in",
        "like",
        "ilike",
        "between",
        "by",
        "is",
        "not",
        "interval",
        "any",
        "all",
        "regexp",
        "rlike",
        "to",
        "when",
        "then",
        "else",
        "date",
        "timestamp",
        "*",
    ];
    let is_mark = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '\'' | '?' | ')' | '.' | '*');
    operators.iter().any(|operator| word.eq_ignore_ascii_case(operator)) || word.starts_with(is_mark)
}

/// What the conditions leave, read as if all of them had to hold.
fn conditions(of: Of<'_>, words: &[&str]) -> Reach {
    let end = words
        .iter()
        .position(|w| ["order", "having", "for", "union"].iter().any(|k| w.eq_ignore_ascii_case(k)));
    let words = words.get(..end.unwrap_or(words.len())).unwrap_or_default();
    let mut reach = Reach::Flags;
    for (i, word) in words.iter().enumerate() {
        let is = |at: usize, text: &str| words.get(at).is_some_and(|w| w.eq_ignore_ascii_case(text));
        let equals = *word == "=" || word.eq_ignore_ascii_case("in") && !is(i.wrapping_sub(1), "not");
        let due = || i.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|column| tells_due(column));
        if word.eq_ignore_ascii_case("between") || word.starts_with('>') || (word.starts_with('<') && due()) {
            reach = reach.and(Reach::Window);
        }
        if word.eq_ignore_ascii_case("like") || word.eq_ignore_ascii_case("ilike") {
            reach = reach.and(Reach::Dynamic);
        }
        if !equals {
            continue;
        }
        let Some(column) = i.checked_sub(1).and_then(|before| words.get(before)) else { continue };
        let value = words.get(i + 1).copied().unwrap_or_default();
        let column = column.rsplit('.').next().unwrap_or(column);
        let given = words.get(i + 1..).unwrap_or_default();
        reach = reach.and(match of.key(column) {
            _ if of.is_staff(column, || says(given)) => Reach::Staff,
            Key::Owner => Reach::Owner,
            Key::Tenant => Reach::Tenant,
            Key::Plain if value.starts_with(['?', '$', ':', '@', '(']) => Reach::Dynamic,
            Key::Plain => Reach::Flags,
        });
    }
    // A condition that is put in as a whole may be anything.
    if words.first() == Some(&"?") && words.get(1) != Some(&"=") { Reach::Unknown } else { reach }
}

/// What the value after `=` or `IN` says: `true`, `'admin'`, `('admin', 'moderator')`.
fn says(words: &[&str]) -> Says {
    let values: Vec<&str> = match words.split_first() {
        Some((&"(", rest)) => rest.iter().copied().take_while(|word| *word != ")").collect(),
        Some((first, _)) => vec![*first],
        None => Vec::new(),
    };
    match values.as_slice() {
        [] => Says::Nothing,
        [value] if *value == "1" || value.eq_ignore_ascii_case("true") => Says::Yes,
        values if values.iter().all(|value| value.starts_with('\'') && names_staff(value)) => Says::Staff,
        _ => Says::Nothing,
    }
}

/// The text without comments and without the quotes around names.
fn plain(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("--").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join(" ").replace(['"', '`', '[', ']'], "")
}

/// Words, numbers and marks.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let Some(first) = rest.chars().next() else { return tokens };
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | ':' | '@' | '*');
        let length = match first {
            '\'' => rest.get(1..).and_then(|inner| inner.find('\'')).map_or(rest.len(), |end| end + 2),
            c if is_word(c) => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let Some((token, tail)) = rest.split_at_checked(length) else { return tokens };
        tokens.push(token);
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(text: &str) -> Option<Reach> {
        select(text).map(|select| select.reach)
    }

    #[test]
    fn what_reads_a_whole_table() {
        for text in [
            "SELECT * FROM users",
            "select id, name from \"users\" order by name",
            "SELECT u.* FROM app.users u JOIN roles r ON r.id = u.role_id",
            "\n  SELECT *\n  FROM users -- all of them\n",
        ] {
            assert_eq!(reach(text), Some(Reach::Whole), "{text}");
        }
        assert_eq!(reach("select * from users where active = true"), Some(Reach::Flags));
    }

    #[test]
    fn what_does_not() {
        for text in [
            "select count(*) from users",
            "select status, count(*) from orders group by status",
            "select now()",
            "insert into users values (1)",
            "select distinct kind from users",
            "select * from information_schema.tables",
        ] {
            assert_eq!(reach(text), None, "{text}");
        }
        for text in ["select * from posts where author_id = $1", "select * from p where p.id in (?, ?)"] {
            assert_eq!(reach(text), Some(Reach::Owner), "{text}");
        }
        assert_eq!(reach("SELECT * FROM users LIMIT 10"), Some(Reach::Capped));
        for text in [
            "select * from users where is_admin = 1",
            "select * from users u where u.role in ('admin', 'root')",
        ] {
            assert_eq!(reach(text), Some(Reach::Staff), "{text}");
        }
        assert_eq!(reach("select * from users where role in ('admin', 'user')"), Some(Reach::Dynamic));
        for text in ["select * from posts where role = 'admin'", "select * from users where is_admin = 0"] {
            assert_eq!(reach(text), Some(Reach::Flags), "{text}");
        }
        assert_eq!(reach("select * from posts where org_id = ?"), Some(Reach::Tenant));
        assert_eq!(reach("select * from posts where kind = ?"), Some(Reach::Dynamic));
        for text in
            ["where ?", "p ? order by id", "where a = 1 and ?", "order by at ?", "where a in (?, ?) ?"]
        {
            assert_eq!(reach(&format!("select * from posts {text}")), Some(Reach::Unknown), "{text}");
        }
        for text in
            ["where at between ? and ?", "where at > ? order by ? ?", "where kind in (?, ?) and ? = state"]
        {
            assert_ne!(reach(&format!("select * from posts {text}")), Some(Reach::Unknown), "{text}");
        }
    }
}
