//! Compiler flags: those that keep this machine's paths out of the binary, beside the developer's.
//!
//! A panic's message names a source file. For a dependency that is a path under the user's cargo
//! home, so that two people, or a laptop and CI, would get different bytes from the same source,
//! and a deploy with nothing changed would upload.

use camino::Utf8Path;
use tokio::process::Command;

use super::toolchain::Toolchain;
use super::{Error, processor};

/// What cargo puts between flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\u{1f}";

/// Flags for rustc.
pub(super) struct Flags(Vec<String>);

impl Flags {
    /// The flags that cargo would use in `crate_dir` for `triple`. It takes them from one source
    /// alone: a variable, else `target.*.rustflags`, else `build.rustflags`.
    ///
    /// # Errors
    /// [`Error::Configuration`] where cargo's files cannot be read.
    pub(super) fn of_the_user(crate_dir: &Utf8Path, triple: &str) -> Result<Self, Error> {
        let read = || cargo_config2::Config::load_with_cwd(crate_dir)?.rustflags(triple);
        let found = read().map_err(|source| Error::Configuration {
            crate_dir: crate_dir.to_owned(),
            source,
        })?;
        Ok(Self(found.map(|found| found.flags).unwrap_or_default()))
    }

    /// Adds Lambda's processor where the flags name another.
    ///
    /// # Errors
    /// [`Error::Feature`] for what Lambda's processors do not have.
    pub(super) fn for_lambda(mut self, triple: &str) -> Result<Self, Error> {
        let ours = processor::baseline(&self.0, triple)?;
        self.0.extend(ours);
        Ok(self)
    }

    /// Maps cargo's home, the workspace and the standard library's source to fixed names.
    pub(super) fn mapping_paths(mut self, workspace: &Utf8Path, toolchain: &Toolchain) -> Self {
        self.0.push(map(workspace.as_str(), "/workspace"));
        if let Some(home) = cargo_home() {
            self.0.push(map(&home, "/cargo"));
        }
        if let Some(commit) = &toolchain.commit {
            // With the component rust-src, rustc names its files instead of this very name.
            let library = toolchain.sysroot.join("lib/rustlib/src/rust");
            self.0
                .push(map(library.as_str(), &format!("/rustc/{commit}")));
        }
        self
    }

    /// Hands them to cargo by the variable that counts more than every other source.
    pub(super) fn apply(&self, command: &mut Command) {
        command.env("CARGO_ENCODED_RUSTFLAGS", self.0.join(SEPARATOR));
    }
}

fn map(from: &str, to: &str) -> String {
    format!("--remap-path-prefix={from}={to}")
}

fn cargo_home() -> Option<String> {
    let set = std::env::var("CARGO_HOME")
        .ok()
        .filter(|home| !home.is_empty());
    let default = || Some(format!("{}/.cargo", etcetera::home_dir().ok()?.to_str()?));
    set.or_else(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_developers_flags_are_read_as_cargo_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let crate_dir = root.join("handler");
        let triple = "x86_64-unknown-linux-musl";
        let write = |folder: &Utf8Path, text: &str| {
            std::fs::create_dir_all(folder.join(".cargo")).unwrap();
            std::fs::write(folder.join(".cargo/config.toml"), text).unwrap();
        };
        let flags = || Flags::of_the_user(&crate_dir, triple).unwrap().0;
        write(
            &crate_dir,
            "build.rustflags = [\"-C\", \"target-cpu=native\"]",
        );
        assert_eq!(flags(), ["-C", "target-cpu=native"]);
        // What is under `target` counts instead.
        write(
            root,
            &format!("[target.{triple}]\nrustflags = \"-C opt-level=2\""),
        );
        assert_eq!(flags(), ["-C", "opt-level=2"]);
        let lambda = Flags(vec!["-Ctarget-cpu=native".to_owned()]).for_lambda(triple);
        let all = lambda.unwrap().0;
        assert_eq!(all, ["-Ctarget-cpu=native", "-C", "target-cpu=x86-64"]);

        write(root, "[target");
        let told = Flags::of_the_user(&crate_dir, triple).err().unwrap();
        assert!(told.to_string().contains("cannot be read"), "{told}");
    }
}
