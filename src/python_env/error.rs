//! Why there is no Python environment.

use camino::{Utf8Path, Utf8PathBuf};

/// An environment that cannot be made. Each message says for what, and what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file or folder of the environment.
    #[error("the Python environment: cannot {doing} {path}: {source}")]
    File {
        /// What was being done to it.
        doing: &'static str,
        /// Which file.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No tool that makes a Python environment did it.
    #[error(
        "{what} needs Python 3.10 or newer and a way to install packages; tried:\n{tried}\n  install uv, or python3 with its venv module (the package python3-venv)"
    )]
    NoPython {
        /// What the environment is for.
        what: &'static str,
        /// A line a try.
        tried: String,
    },
    /// The packages could not be installed.
    #[error(
        "{what} could not be installed with {tool}:\n{output}\n  is the package registry within reach? The same command tries again"
    )]
    Install {
        /// What the environment is for.
        what: &'static str,
        /// The tool.
        tool: String,
        /// The end of what it said.
        output: String,
    },
}

/// For `map_err` on what the standard library says about a file.
pub(super) fn file(doing: &'static str, path: &Utf8Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File {
        doing,
        path,
        source,
    }
}
