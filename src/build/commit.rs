//! The commit that a deploy is made of.

use camino::Utf8Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// What looks at each file of the work tree may take long in a large one; the word is not worth that.
const LIMIT: Duration = Duration::from_secs(5);

/// The project's commit, `1a2b3c4d5e6f`, with `-dirty` where files that git knows differ from it; `None`
/// outside of a work tree, and without git.
pub(crate) async fn commit(project: &Utf8Path) -> Option<String> {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(project)
        // No program that a repository names is run for this.
        .args(["-c", "core.fsmonitor=false"])
        .args(["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(LIMIT, git.output()).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let commit = text.trim_end();
    (output.status.success() && is_commit(commit)).then(|| commit.to_owned())
}

fn is_commit(text: &str) -> bool {
    let hash = text.strip_suffix("-dirty").unwrap_or(text);
    !hash.is_empty() && hash.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn git(folder: &Utf8Path, args: &[&str]) {
        let name = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let mut git = std::process::Command::new("git");
        let done = git.arg("-C").arg(folder).args(name).args(args).output();
        assert!(done.unwrap().status.success(), "{args:?}");
    }

    #[tokio::test]
    async fn a_work_tree_has_a_commit_and_may_differ_from_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        assert_eq!(commit(folder).await, None);
        git(folder, &["init", "--quiet"]);
        assert_eq!(commit(folder).await, None, "nothing was committed");
        std::fs::write(folder.join("a"), "1").unwrap();
        git(folder, &["add", "a"]);
        git(folder, &["commit", "--quiet", "--message=a"]);
        git(folder, &["tag", "v1"]);
        let clean = commit(folder).await.unwrap();
        assert!(clean.len() >= 12 && is_commit(&clean), "{clean}");
        std::fs::write(folder.join("a"), "2").unwrap();
        assert_eq!(commit(folder).await, Some(format!("{clean}-dirty")));
    }
}
