//! Links and paths in the Markdown files. What is outside the repository is not asked for.
use std::fs;
use std::path::Path;

use super::{files, told};
use crate::support::workspace;

/// Code in backticks that begins with one of these is a path in the repository.
const FOLDERS: [&str; 7] = [
    "src/",
    "tests/",
    "docs/",
    "policies/",
    "worker/",
    "lambda-handler/",
    "scripts/",
];

/// Templates: `init` writes them into a project, and what they name is there.
const TEMPLATES: [&str; 2] = ["src/init", "lambda-handler/standalone"];

#[test]
fn every_link_and_path_of_the_documentation_leads_somewhere() {
    let mut faults = Vec::new();
    let mut documents = files(workspace(), ".md");
    documents.retain(|document| {
        !TEMPLATES
            .iter()
            .any(|folder| told(document).starts_with(folder))
    });
    assert!(documents.len() > 8, "{documents:?}");
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for fault in dead(&document, &text) {
            faults.push(format!("{}: {fault}", told(&document)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_dead_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.md");
    fs::write(&other, "# One & two: `three`\n\n## Same\n\n## Same\n").unwrap();
    let text = "# Here\n[a](other.md) [b](other.md#one--two-three) [c](other.md#same-1) [d](#here)\n\
                [e](https://example.org/none) `[f](none.md)` `src/lib.rs:3` `src/*.rs`\n```\n[g](none.md)\n```\n\
                [h](gone.md) [i](other.md#same-2) [j](#there) `src/none.rs`\n";
    let faults = dead(&folder.path().join("this.md"), text);
    assert_eq!(
        faults,
        ["gone.md", "other.md#same-2", "#there", "src/none.rs"]
    );
}

/// The links and paths in `text`, which is at `document`, that lead nowhere.
fn dead(document: &Path, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for line in prose(text) {
        // Every second piece stands between backticks.
        let pieces: Vec<&str> = line.split('`').collect();
        let outside: String = pieces.iter().step_by(2).copied().collect();
        let links = outside.split("](").skip(1);
        let links = links.filter_map(|rest| rest.split([')', ' ']).next());
        faults.extend(
            links
                .filter(|link| !leads(document, text, link))
                .map(str::to_owned),
        );
        let code = pieces.iter().skip(1).step_by(2);
        faults.extend(
            code.filter(|code| !is_there(document, code))
                .map(|code| (*code).to_owned()),
        );
    }
    faults
}

/// The lines outside code blocks.
fn prose(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let outside = |line: &&str| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    };
    text.lines().filter(outside).collect()
}

fn leads(document: &Path, text: &str, link: &str) -> bool {
    if link.contains("://") || link.starts_with("mailto:") {
        return true;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = document.parent().unwrap().join(path);
    if path.is_empty() {
        return anchors(text).iter().any(|known| known == anchor);
    }
    let known = || anchors(&fs::read_to_string(&target).unwrap_or_default());
    target.exists() && (anchor.is_empty() || known().iter().any(|known| known == anchor))
}

/// The anchors that GitHub gives a document's headings.
fn anchors(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in prose(text).into_iter().filter(|line| line.starts_with('#')) {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        let slug: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let before = found.iter().filter(|known| {
            let rest = known.strip_prefix(&slug);
            rest.is_some_and(|rest| rest.is_empty() || is_number(rest))
        });
        let slug = match before.count() {
            0 => slug,
            count => format!("{slug}-{count}"),
        };
        found.push(slug);
    }
    found
}

/// `-1`, as a second heading of the same words has.
fn is_number(rest: &str) -> bool {
    let digits = rest.strip_prefix('-').unwrap_or("x");
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

/// Whether code that looks like a path is one, in the repository or beside the document; a pattern or a line number is
/// no part of it.
fn is_there(document: &Path, code: &str) -> bool {
    let path = code
        .split([':', '*', '#', ' ', '{', '<'])
        .next()
        .unwrap_or_default();
    !FOLDERS.iter().any(|folder| code.starts_with(folder))
        || [workspace(), document.parent().unwrap()]
            .iter()
            .any(|folder| folder.join(path).exists())
}
