//! The commit that a deploy is made of.

use super::toolchain::run;
use camino::Utf8Path;
use std::time::Duration;
use tokio::time::timeout;

/// What looks at each file of the work tree may take long in a large one; the word is not worth that.
const LIMIT: Duration = Duration::from_secs(5);

/// What git is asked. No program that a repository names is run for this.
const DESCRIBE: [&str; 7] = [
    "-c",
    "core.fsmonitor=false",
    "describe",
    "--always",
    "--dirty",
    "--abbrev=12",
    "--exclude=*",
];

/// The project's commit, `1a2b3c4d5e6f`, with `-dirty` where files that git knows differ from it; `None`
/// outside of a work tree, and without git.
pub(crate) async fn commit(project: &Utf8Path) -> Option<String> {
    let output = timeout(LIMIT, run("git", &DESCRIBE, project));
    let output = output.await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let commit = text.trim_end();
    (output.status.success() && is_commit(commit)).then(|| commit.to_owned())
}

/// Whether there is a work tree to ask about, whatever git says.
pub(crate) fn is_in_work_tree(project: &Utf8Path) -> bool {
    let Ok(project) = project.canonicalize_utf8() else {
        return false;
    };
    project
        .ancestors()
        .any(|folder| folder.join(".git").exists())
}

/// Whether `text` is one that [`commit`] could answer.
pub(crate) fn is_commit(text: &str) -> bool {
    let hash = text.strip_suffix("-dirty").unwrap_or(text);
    !hash.is_empty() && hash.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_commit;

    /// With a real git it is a test of the suite: the function's description has it.
    #[test]
    fn what_git_says_is_a_commit_or_nothing() {
        for commit in ["1a2b3c4d5e6f", "1a2b3c4d5e6f-dirty"] {
            assert!(is_commit(commit), "{commit}");
        }
        for other in ["", "-dirty", "v1.2", "1a2b\n3c", "1a2b3c-dirty-dirty"] {
            assert!(!is_commit(other), "{other:?}");
        }
    }
}
