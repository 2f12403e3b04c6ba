//! ministack in the user's cache: one Python environment for all projects, made on first use.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

use super::error::{Error, file};
use super::folder;
use super::recipe::{recipes, run};

/// Every package with its version and the hashes of its files.
const REQUIREMENTS: &str = include_str!("requirements.txt");
/// Must be the one in requirements.txt; a test compares them.
const VERSION: &str = "1.5.33";
/// gatewayq's folder in the user's cache (`XDG_CACHE_HOME`, else `~/.cache`).
///
/// # Errors
/// [`Error::NoCache`] where the user has no home.
pub(super) fn cache() -> Result<Utf8PathBuf, Error> {
    let strategy = etcetera::choose_base_strategy().map_err(|_| Error::NoCache)?;
    let path = Utf8PathBuf::from_path_buf(strategy.cache_dir()).map_err(|_| Error::NoCache)?;
    Ok(path.join("gatewayq"))
}

/// The Python interpreter that has ministack; installs it into `cache` if it is not there.
///
/// # Errors
/// [`Error::NoPython`] and [`Error::Install`] with what was tried.
pub(super) async fn python(
    cache: &Utf8Path,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<Utf8PathBuf, Error> {
    let home = cache.join(name());
    let python = home.join("bin/python");
    if python.exists() {
        return Ok(python);
    }
    fs::create_dir_all(cache).map_err(file("create", cache))?;
    let _lock = folder::lock(&cache.join(format!("{}.lock", name())), say).await?;
    if !python.exists() {
        say(&format!(
            "installing the local AWS (ministack {VERSION}) into {cache}, once"
        ));
        install(cache, &home).await?;
    }
    Ok(python)
}

/// Other requirements are another folder, so that an old one is never half updated.
fn name() -> String {
    let hash = Sha256::digest(REQUIREMENTS);
    let short: String = hash
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("ministack-{VERSION}-{short}")
}

/// Installs beside the place and moves it there: what is in place is whole.
async fn install(cache: &Utf8Path, home: &Utf8Path) -> Result<(), Error> {
    let scratch = tempfile::Builder::new()
        .prefix(".ministack-")
        .tempdir_in(cache);
    let scratch = scratch.map_err(file("create a folder in", cache))?;
    let work = Utf8Path::from_path(scratch.path()).ok_or(Error::NoCache)?;
    let requirements = work.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).map_err(file("write", &requirements))?;
    let made = try_each(work).await?;
    if home.exists() {
        // An interpreter that was removed from under it, by an upgrade of Python say.
        fs::remove_dir_all(home).map_err(file("remove", home))?;
    }
    fs::rename(&made, home).map_err(file("create", home))
}

/// Goes through the tools until one has made the environment; returns its folder.
async fn try_each(work: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let mut tried = Vec::new();
    let mut failed = None;
    for (number, recipe) in recipes().await.into_iter().enumerate() {
        let target = work.join(number.to_string());
        if let Err(output) = run(&(recipe.create)(&target), work).await {
            tried.push(format!(
                "  {}: {}",
                recipe.tool,
                output.lines().last().unwrap_or_default()
            ));
            continue;
        }
        match run(&(recipe.fill)(&target), work).await {
            Ok(()) => return Ok(target),
            Err(output) => {
                failed = Some(Error::Install {
                    tool: recipe.tool,
                    output,
                })
            }
        }
    }
    let tried = if tried.is_empty() {
        "  uv, python3: not there".to_owned()
    } else {
        tried.join("\n")
    };
    Err(failed.unwrap_or(Error::NoPython { tried }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requirements_are_pinned_with_hashes_and_name_no_host() {
        assert!(REQUIREMENTS.contains(&format!("\nministack=={VERSION} ")));
        assert!(!REQUIREMENTS.contains("://"));
        let packages: Vec<&str> = REQUIREMENTS
            .lines()
            .filter(|l| l.contains("==") && !l.starts_with('#'))
            .collect();
        assert!(packages.len() > 10);
        assert!(
            packages.iter().all(|line| line.ends_with('\\')),
            "{packages:?}"
        );
    }

    #[test]
    fn without_any_tool_the_error_says_what_to_install() {
        let error = Error::NoPython {
            tried: "  python3 -m venv: No module named venv".to_owned(),
        };
        assert!(
            error
                .to_string()
                .contains("install uv, or python3 with its venv module")
        );
    }
}
