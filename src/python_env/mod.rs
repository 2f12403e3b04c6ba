//! Python environments that gatewayq makes for programs it runs: with whatever tool is there (uv,
//! venv, pip, virtualenv), once for each list of requirements.

mod error;
mod recipe;

pub(crate) use error::Error;

use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

use crate::file_lock;
use crate::hex::sha256;
use error::file;
use recipe::{recipes, run};

/// What is installed.
#[derive(Clone, Debug)]
pub(crate) enum Requirements {
    /// gatewayq's own list: every package with its version and the hashes of its files.
    Pinned(&'static str),
    /// A user's requirements.txt, by its path; with hashes or without.
    File(Utf8PathBuf),
}

/// An environment to be had.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// What it is for, at the start of an error: "the local AWS".
    pub what: &'static str,
    /// What is shown while it is installed: "the local AWS (ministack 1.5.33)".
    pub title: String,
    /// The first part of its folder's name.
    pub name: String,
    /// What is in it.
    pub requirements: Requirements,
}

impl Environment {
    /// The environment's folder in `parent`; it is made if it is not there.
    ///
    /// # Errors
    /// [`Error::NoPython`] and [`Error::Install`] with what was tried.
    pub(crate) async fn ready(
        &self,
        parent: &Utf8Path,
        say: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<Utf8PathBuf, Error> {
        let name = self.folder_name()?;
        let home = parent.join(&name);
        let python = home.join("bin/python");
        if python.exists() {
            return Ok(home);
        }
        fs::create_dir_all(parent).map_err(file("create", parent))?;
        let lock = parent.join(format!("{name}.lock"));
        let _lock = file_lock::lock(&lock, say)
            .await
            .map_err(file("lock", &lock))?;
        if !python.exists() {
            say(&format!("installing {} into {parent}, once", self.title));
            self.install(parent, &home).await?;
        }
        Ok(home)
    }

    /// Other requirements are another folder, so that an old one is never half updated.
    fn folder_name(&self) -> Result<String, Error> {
        let hash = sha256(self.requirements.text()?.as_bytes());
        Ok(format!("{}-{}", self.name, &hash[..12]))
    }

    /// Installs beside the place and moves it there: what is in place is whole.
    async fn install(&self, parent: &Utf8Path, home: &Utf8Path) -> Result<(), Error> {
        let scratch = tempfile::Builder::new()
            .prefix(".making-")
            .tempdir_in(parent);
        let scratch = scratch.map_err(file("create a folder in", parent))?;
        let work = Utf8Path::from_path(scratch.path())
            .ok_or_else(|| std::io::Error::other("its name is not UTF-8"))
            .map_err(file("create a folder in", parent))?;
        let made = self.try_each(work).await?;
        if home.exists() {
            // An interpreter that was removed from under it, by an upgrade of Python say.
            fs::remove_dir_all(home).map_err(file("remove", home))?;
        }
        fs::rename(&made, home).map_err(file("create", home))
    }

    /// Goes through the tools until one has made the environment; returns its folder.
    async fn try_each(&self, work: &Utf8Path) -> Result<Utf8PathBuf, Error> {
        let (options, folder) = self.requirements.options(work)?;
        let (mut tried, mut failed) = (Vec::new(), None);
        for (number, recipe) in recipes().await.into_iter().enumerate() {
            let target = work.join(number.to_string());
            if let Err(output) = run(&(recipe.create)(&target), work).await {
                let why = output.lines().last().unwrap_or_default();
                tried.push(format!("  {}: {why}", recipe.tool));
                continue;
            }
            let fill = (recipe.fill)(&target).into_iter().chain(options.clone());
            match run(&fill.collect::<Vec<_>>(), &folder).await {
                Ok(()) => return Ok(target),
                Err(output) => failed = Some((recipe.tool, output)),
            }
        }
        Err(self.error(&tried, failed))
    }

    fn error(&self, tried: &[String], failed: Option<(String, String)>) -> Error {
        let what = self.what;
        match failed {
            Some((tool, output)) => Error::Install { what, tool, output },
            None if tried.is_empty() => Error::NoPython {
                what,
                tried: "  uv, python3: not there".to_owned(),
            },
            None => Error::NoPython {
                what,
                tried: tried.join("\n"),
            },
        }
    }
}

impl Requirements {
    fn text(&self) -> Result<String, Error> {
        match self {
            Self::Pinned(text) => Ok((*text).to_owned()),
            Self::File(path) => fs::read_to_string(path).map_err(file("read", path)),
        }
    }

    /// An installer's options, and the folder where it runs: what a user's list names by a
    /// relative path is beside the list.
    fn options(&self, work: &Utf8Path) -> Result<(Vec<String>, Utf8PathBuf), Error> {
        let (list, strict, folder) = match self {
            Self::Pinned(text) => {
                let list = work.join("requirements.txt");
                fs::write(&list, text).map_err(file("write", &list))?;
                let strict: &[&str] = &["--require-hashes", "--only-binary", ":all:"];
                (list, strict, work.to_owned())
            }
            Self::File(list) => {
                let folder = list.parent().unwrap_or(work).to_owned();
                (list.clone(), [].as_slice(), folder)
            }
        };
        let options = ["-r", list.as_str()]
            .into_iter()
            .chain(strict.iter().copied());
        Ok((options.map(str::to_owned).collect(), folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(requirements: Requirements) -> Environment {
        Environment {
            what: "the worker",
            title: "it".to_owned(),
            name: "python".to_owned(),
            requirements,
        }
    }

    #[test]
    fn without_any_tool_the_error_says_what_to_install() {
        let tried = ["  python3 -m venv: No module named venv".to_owned()];
        let error = environment(Requirements::Pinned("")).error(&tried, None);
        let text = error.to_string();
        assert!(text.starts_with("the worker needs Python 3.10 or newer"));
        assert!(text.contains("install uv, or python3 with its venv module"));
    }

    #[test]
    fn other_requirements_are_another_folder() {
        let name = |text| {
            environment(Requirements::Pinned(text))
                .folder_name()
                .unwrap()
        };
        assert_ne!(name("celery==5.7.0"), name("celery==5.6.3"));
        let missing = Requirements::File("/no/such/requirements.txt".into());
        let error = environment(missing).folder_name().unwrap_err().to_string();
        assert!(
            error.contains("cannot read /no/such/requirements.txt"),
            "{error}"
        );
    }

    #[test]
    fn only_the_lists_of_gatewayq_must_have_hashes() {
        let folder = tempfile::tempdir().unwrap();
        let work = Utf8Path::from_path(folder.path()).unwrap();
        let (own, _) = Requirements::Pinned("a==1").options(work).unwrap();
        assert!(own.contains(&"--require-hashes".to_owned()));
        let list = Requirements::File("/project/worker/requirements.txt".into());
        let (theirs, place) = list.options(work).unwrap();
        assert_eq!(theirs, ["-r", "/project/worker/requirements.txt"]);
        assert_eq!(place, "/project/worker");
    }
}
