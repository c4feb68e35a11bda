//! Who wrote the repository, asked of the git on this machine.

use std::path::Path;

use crate::decide::History;

use super::git::{Git, GitError};

/// Seconds in a year.
const YEAR: i64 = 365 * 24 * 60 * 60;
/// More commits tell nothing more about how many people there are.
const MOST: &str = "--max-count=20000";

/// Who wrote commits about a folder in the year before the last one.
pub(super) fn history(folder: &Path) -> History {
    let git = Git { folder };
    match people(&git) {
        Ok(_) if git.is_shallow() => History::Unknown("a shallow clone has only part of it".to_owned()),
        Ok(0) => History::Unknown("no commit of a person touches it".to_owned()),
        Ok(number) => History::People(number),
        Err(GitError::Failed { message, .. }) if message.contains("not a git repository") => {
            History::Unknown("it is not in a git repository".to_owned())
        }
        Err(GitError::Failed { message, .. }) if message.contains("does not have any commits") => {
            History::Unknown("there are no commits yet".to_owned())
        }
        Err(GitError::Missing(_)) => History::Unknown("git cannot be started".to_owned()),
        Err(_) => History::Unknown("git does not tell it".to_owned()),
    }
}

fn people(git: &Git<'_>) -> Result<usize, GitError> {
    let last = git.run("log", &["-1", "--format=%ct", "--", "."])?;
    let last: i64 = String::from_utf8_lossy(&last).trim().parse().unwrap_or_default();
    let since = format!("--since=@{}", last - YEAR);
    let authors = git.run("log", &[MOST, &since, "--format=%aN%x09%aE", "--no-show-signature", "--", "."])?;
    Ok(count(&String::from_utf8_lossy(&authors)))
}

/// How many people there are in lines of `name TAB address`: whoever shares a name or an address with another line is
/// the same person.
fn count(authors: &str) -> usize {
    let mut people: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for line in authors.to_lowercase().lines() {
        let (name, address) = line.split_once('\t').unwrap_or((line, ""));
        if is_program(name) || is_program(address) {
            continue;
        }
        let knows = |names: &[String], one: &str| names.iter().any(|known| known == one);
        let is_same = |person: &(Vec<String>, Vec<String>)| {
            knows(&person.0, name) || (!address.is_empty() && knows(&person.1, address))
        };
        let (same, others): (Vec<_>, Vec<_>) = people.into_iter().partition(is_same);
        let (mut names, mut addresses) = (vec![name.to_owned()], vec![address.to_owned()]);
        for (more_names, more_addresses) in same {
            names.extend(more_names.into_iter().filter(|more| more != name));
            addresses.extend(more_addresses.into_iter().filter(|more| more != address));
        }
        people = others;
        people.push((names, addresses));
    }
    people.len()
}

/// Whether an author is a program.
fn is_program(author: &str) -> bool {
    ["[bot]", "dependabot", "renovate", "github-actions", "semantic-release", "greenkeeper"]
        .iter()
        .any(|program| author.contains(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_make_people() {
        assert_eq!(count(""), 0);
        assert_eq!(count("Ann\ta@x.org\nann\ta@work.org\nAnn B\ta@work.org\n"), 1);
        assert_eq!(count("Ann\ta@x.org\nBen\tb@x.org\nrenovate[bot]\tr@x.org\n"), 2);
        assert_eq!(count("Ann\ta@x.org\nBen\tb@x.org\nAnn\tb@x.org\n"), 1);
    }
}
