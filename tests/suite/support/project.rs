//! A project folder of a test's own.
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::cli::Cli;
use super::ministack::Ministack;
use super::workspace;

/// A temporary folder with a gatewayq.toml and the workspace's handler, and an empty home beside it.
pub(crate) struct Project {
    root: TempDir,
}

impl Project {
    /// A project with this gatewayq.toml.
    pub(crate) fn new(config: &str) -> Self {
        let project = Self::empty();
        project.configure(config);
        symlink(
            workspace().join("lambda-handler"),
            project.folder().join("lambda-handler"),
        )
        .unwrap();
        project
    }

    /// A project folder with nothing in it.
    pub(crate) fn empty() -> Self {
        let root = tempfile::Builder::new()
            .prefix("gatewayq-project-")
            .tempdir()
            .unwrap();
        fs::create_dir(root.path().join("project")).unwrap();
        fs::create_dir(root.path().join("home")).unwrap();
        Self { root }
    }

    /// The walkthrough's project: the gatewayq.toml at the root of the repository.
    pub(crate) fn walkthrough() -> Self {
        Self::new(&fs::read_to_string(workspace().join("gatewayq.toml")).unwrap())
    }

    /// Replaces gatewayq.toml.
    pub(crate) fn configure(&self, config: &str) {
        fs::write(self.folder().join("gatewayq.toml"), config).unwrap();
    }

    /// The folder with gatewayq.toml.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.path().join("project")
    }

    /// The home folder that commands are given; theirs for caches, and empty of AWS profiles.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// A file of the project.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder().join(name)
    }

    /// The program in this project, with no AWS to talk to and no credentials.
    pub(crate) fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Cli {
        Cli::new(&self.folder(), &self.home()).args(args)
    }

    /// The program in this project, as the administrator of the emulator.
    pub(crate) fn on<'a>(
        &self,
        emulator: &Ministack,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Cli {
        self.command(args).at(&emulator.aws())
    }
}
