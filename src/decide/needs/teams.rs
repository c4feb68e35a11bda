//! Whether other people own the API than the pages.

use std::collections::BTreeSet;

use crate::project::Owners;
use crate::report::{Answer, Evidence, Need, Weight};

use crate::decide::History;
use crate::decide::ground::{Ground, sign};

/// Separate teams?
pub(super) fn separate(ground: &Ground<'_>) -> Need {
    const ABOUT: (&str, &str) = ("separate-teams", "Separate teams for API and pages?");
    let (answer, because, evidence) = match (&ground.clues.owners, ground.clues.history) {
        (Some(owners), _) => by_owners(ground, owners),
        (None, History::People(1)) => {
            (Answer::No, "one person wrote all of it in the last year".to_owned(), Vec::new())
        }
        (None, _) => (Answer::Unknown, "no CODEOWNERS file tells who owns what".to_owned(), Vec::new()),
    };
    super::preference(ABOUT, (Weight::PrefersServer, 2), (answer, because), evidence)
}

/// Who owns some files, and the line of the file that says so first.
fn owned_by(owners: &Owners, files: impl Iterator<Item = String>) -> (BTreeSet<&str>, Option<u32>) {
    let (mut by, mut first) = (BTreeSet::new(), None);
    for owned in files.filter_map(|file| owners.of(&file)) {
        by.extend(owned.by.iter().map(String::as_str));
        first = first.or(Some(owned.line));
    }
    (by, first)
}

fn by_owners(ground: &Ground<'_>, owners: &Owners) -> (Answer, String, Vec<Evidence>) {
    let project = &ground.survey.project;
    let api: BTreeSet<&str> = ground.api().map(|route| route.file.as_str()).collect();
    let files = || project.files.below(&ground.app.root).map(|(_, path)| path);
    let routes = files().filter(|path| api.contains(project.display(path).as_str())).map(str::to_owned);
    let (of_api, api_line) = owned_by(owners, routes);
    let (of_pages, page_line) = owned_by(owners, files().filter(|path| is_page(path)).map(str::to_owned));
    if of_api.is_empty() || of_pages.is_empty() {
        let because = "CODEOWNERS names no owner for the API or none for the pages".to_owned();
        return (Answer::Unknown, because, Vec::new());
    }
    let words = |by: &BTreeSet<&str>| by.iter().copied().collect::<Vec<_>>().join(", ");
    let evidence =
        |what: &str, by: &BTreeSet<&str>, line| sign(format!("{what}: {}", words(by)), &owners.file, line);
    let evidence = vec![evidence("the API", &of_api, api_line), evidence("the pages", &of_pages, page_line)];
    if of_api.is_disjoint(&of_pages) {
        (Answer::Yes, "nobody who owns the API owns the pages".to_owned(), evidence)
    } else {
        (Answer::No, "the same owners have the API and the pages".to_owned(), evidence)
    }
}

/// Whether a file shows something to people.
pub(super) fn is_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_pages = path.split('/').any(|part| part == "pages") && !path.contains("pages/api/");
    name.starts_with("page.") || in_pages || path.split('/').any(|part| part == "components")
}
