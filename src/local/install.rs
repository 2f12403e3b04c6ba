//! ministack in the user's cache: one Python environment for all projects, made on first use.

use camino::{Utf8Path, Utf8PathBuf};
use etcetera::BaseStrategy;

use super::error::Error;
use crate::python_env::{Environment, Requirements};

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
/// [`Error::Python`] with what was tried.
pub(super) async fn python(
    cache: &Utf8Path,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<Utf8PathBuf, Error> {
    let environment = Environment {
        what: "the local AWS",
        title: format!("the local AWS (ministack {VERSION})"),
        name: format!("ministack-{VERSION}"),
        requirements: Requirements::Pinned(REQUIREMENTS),
    };
    let home = environment.ready(cache, say).await?;
    Ok(home.join("bin/python"))
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
}
