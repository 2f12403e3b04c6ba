//! Where the sources of a project are: what to look at, and what each is a part of.

use crate::build;
use crate::config::{self, Settings};
use crate::handler::Handler;
use camino::{Utf8Path, Utf8PathBuf};

/// What has to be done again when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The deploy.
    Stage,
    /// The start of the worker.
    Worker,
}

/// A file or folder to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    pub(super) part: Part,
    pub(super) tree: Tree,
    pub(super) path: Utf8PathBuf,
}

/// Which files of a path count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tree {
    /// The path is the file.
    File,
    /// All below it.
    All,
    /// Python's below it, and lists of packages.
    Python,
}

impl Tree {
    pub(super) fn has(self, name: &str) -> bool {
        match self {
            Self::File | Self::All => true,
            Self::Python => {
                let list = name.starts_with("requirements") && name.ends_with(".txt");
                list || name.ends_with(".py")
            }
        }
    }
}

impl Source {
    fn file(path: Utf8PathBuf) -> Self {
        Self {
            part: Part::Stage,
            tree: Tree::File,
            path,
        }
    }

    fn all(path: Utf8PathBuf) -> Self {
        Self {
            part: Part::Stage,
            tree: Tree::All,
            path,
        }
    }

    /// The worker's: its tasks.py, that may be missing yet, and all Python around it.
    pub(crate) fn worker(tasks: &Utf8Path) -> [Self; 2] {
        let of = |tree, path| Self {
            part: Part::Worker,
            tree,
            path,
        };
        [
            of(Tree::File, tasks.join("tasks.py")),
            of(Tree::Python, tasks.to_owned()),
        ]
    }
}

/// The sources of a deploy of the project in this absolute folder: gatewayq.toml, the files that it names, right or wrong as it may
/// be, and the handler's, where `settings` are known. `given` is the handler that the command line names.
pub(crate) async fn of_project(
    project: &Utf8Path,
    settings: Option<&Settings>,
    given: Option<Handler>,
) -> Vec<Source> {
    let file = project.join(crate::commands::FILE);
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    let named = config::named_files(&text, project).into_iter();
    let mut sources: Vec<Source> = named.map(Source::file).collect();
    sources.push(Source::file(file));
    let chosen = || settings.map(|settings| Handler::choose(project, &settings.function));
    match given.or_else(chosen) {
        Some(Handler::File(path) | Handler::Package(path)) => {
            let path = camino::absolute_utf8(&path).unwrap_or(path);
            sources.push(Source::file(path));
        }
        Some(Handler::Crate(folder)) => {
            let build::Sources { folders, files } = build::sources(&project.join(folder)).await;
            sources.extend(folders.into_iter().map(Source::all));
            sources.extend(files.into_iter().map(Source::file));
        }
        Some(Handler::OnBoard(_) | Handler::Carried) | None => {}
    }
    sources
}
