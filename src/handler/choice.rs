//! Which handler a deploy uses.

use super::Embedded;
use crate::build::{self, lambda_name};
use crate::config::settings::{Architecture, Function};
use camino::{Utf8Path, Utf8PathBuf};

/// The folder of a project's own handler, where gatewayq.toml names none.
pub(crate) const FOLDER: &str = "lambda-handler";

/// Where the function's code comes from.
#[derive(Clone, Debug)]
pub(crate) enum Handler {
    /// `--bootstrap FILE`.
    File(Utf8PathBuf),
    /// `--package FILE`.
    Package(Utf8PathBuf),
    /// The project's own crate.
    Crate(Utf8PathBuf),
    /// Built beforehand, inside gatewayq.
    OnBoard(Embedded),
    /// To be built from the source inside gatewayq.
    Carried,
}

impl Handler {
    /// What `[function]` in gatewayq.toml, and the folder `lambda-handler`, say for this project.
    pub(crate) fn choose(project: &Utf8Path, function: &Function) -> Self {
        Self::choose_from(project, function, Embedded::of(function.architecture))
    }

    fn choose_from(project: &Utf8Path, function: &Function, on_board: Option<Embedded>) -> Self {
        if let Some(folder) = &function.crate_dir {
            return Self::Crate(folder.clone());
        }
        if project.join(FOLDER).exists() {
            return Self::Crate(FOLDER.into());
        }
        match on_board.filter(|_| takes_the_default(function)) {
            Some(handler) => Self::OnBoard(handler),
            None => Self::Carried,
        }
    }

    /// Whether it has to be built first.
    pub(crate) fn is_built(&self) -> bool {
        matches!(self, Self::Crate(_) | Self::Carried)
    }

    /// For people.
    pub(crate) fn text(&self, architecture: Architecture) -> String {
        match self {
            Self::File(path) => format!("the file {path}"),
            Self::Package(path) => format!("from the package {path}"),
            Self::Crate(folder) => format!("built from {folder}"),
            Self::OnBoard(_) => {
                format!(
                    "on board of gatewayq, for {} (nothing to build)",
                    lambda_name(architecture)
                )
            }
            Self::Carried => "built from the source in gatewayq".to_owned(),
        }
    }

    /// For programs: one word, and the file or folder that it names.
    pub(crate) fn origin(&self) -> (&'static str, Option<&Utf8Path>) {
        match self {
            Self::File(path) => ("file", Some(path)),
            Self::Package(path) => ("package", Some(path)),
            Self::Crate(folder) => ("crate", Some(folder)),
            Self::OnBoard(_) => ("board", None),
            Self::Carried => ("source", None),
        }
    }
}

/// A `target` that is asked for by name is built, unless it is what was built beforehand.
fn takes_the_default(function: &Function) -> bool {
    let default = build::default_target(function.architecture);
    function
        .target
        .as_deref()
        .is_none_or(|target| target == default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: &str) -> Function {
        let text = format!(
            "[app]\nname = \"a\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = {{}}\n[function]\n{lines}\n"
        );
        crate::config::parse("gatewayq.toml".into(), &text, "dev")
            .unwrap()
            .function
    }

    fn chosen(project: &Utf8Path, lines: &str, on_board: bool) -> String {
        let function = function(lines);
        let handler = on_board.then_some(Embedded {
            architecture: "x86_64",
            packed: b"",
        });
        let chosen = Handler::choose_from(project, &function, handler);
        chosen.origin().0.to_owned()
    }

    #[test]
    fn without_a_crate_the_one_on_board_is_used() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        assert_eq!(chosen(project, "", true), "board");
        assert_eq!(chosen(project, "", false), "source");
        assert_eq!(
            chosen(project, "target = \"x86_64-unknown-linux-musl\"", true),
            "board"
        );
        assert_eq!(
            chosen(project, "target = \"x86_64-unknown-linux-gnu\"", true),
            "source"
        );
    }

    #[test]
    fn the_projects_own_crate_comes_first_and_the_file_decides() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        assert_eq!(chosen(project, "crate_dir = \"other\"", true), "crate");
        std::fs::create_dir(project.join(FOLDER)).unwrap();
        assert_eq!(chosen(project, "", true), "crate");
    }
}
