//! Compiler flags that keep this machine's paths out of the binary.
//!
//! A panic's message names a source file. For a dependency that is a path under the user's cargo
//! home, so that two people, or a laptop and CI, would get different bytes from the same source,
//! and a deploy with nothing changed would upload.

use camino::Utf8Path;
use tokio::process::Command;

use super::toolchain::Toolchain;

/// What cargo puts between flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\u{1f}";

/// Flags for rustc.
pub(super) struct Flags(Vec<String>);

impl Flags {
    /// Maps cargo's home, the workspace and the standard library's source to fixed names.
    pub(super) fn mapping_paths(workspace: &Utf8Path, toolchain: &Toolchain) -> Self {
        let mut flags = vec![map(workspace.as_str(), "/workspace")];
        if let Some(home) = cargo_home() {
            flags.push(map(&home, "/cargo"));
        }
        if let Some(commit) = &toolchain.commit {
            // With the component rust-src, rustc names its files instead of this very name.
            let library = toolchain.sysroot.join("lib/rustlib/src/rust");
            flags.push(map(library.as_str(), &format!("/rustc/{commit}")));
        }
        Self(flags)
    }

    /// Adds the flags to those that the user has, wherever those are.
    ///
    /// cargo takes flags from one source alone: a variable, else `target.*.rustflags`, else
    /// `build.rustflags`. So they join the variable that is set, or `build.rustflags`; the
    /// user's own flags under `target` win over the latter, and only the mapping is lost then.
    pub(super) fn apply(&self, command: &mut Command, variable: &dyn Fn(&str) -> Option<String>) {
        let encoded = variable("CARGO_ENCODED_RUSTFLAGS").or_else(|| {
            Some(
                variable("RUSTFLAGS")?
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(SEPARATOR),
            )
        });
        if let Some(theirs) = encoded {
            let all = format!("{theirs}{SEPARATOR}{}", self.0.join(SEPARATOR));
            command.env("CARGO_ENCODED_RUSTFLAGS", all);
        } else if let Ok(list) = serde_json::to_string(&self.0) {
            // A list of strings is written the same in TOML as in JSON.
            command
                .arg("--config")
                .arg(format!("build.rustflags={list}"));
        }
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
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn applied(set: &[(&str, &str)]) -> (Vec<String>, Option<String>) {
        let mut command = Command::new("cargo");
        let value = |name: &str| {
            set.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Flags(vec![map("/home/\"me\"", "/cargo")]).apply(&mut command, &value);
        let command = command.as_std();
        let arguments = command
            .get_args()
            .map(|one| one.to_str().unwrap().to_owned())
            .collect();
        let variable = command
            .get_envs()
            .find(|(name, _)| *name == "CARGO_ENCODED_RUSTFLAGS");
        (
            arguments,
            variable.and_then(|(_, value)| Some(value?.to_str()?.to_owned())),
        )
    }

    #[test]
    fn the_flags_join_those_of_the_user() {
        let ours = "--remap-path-prefix=/home/\"me\"=/cargo";
        let quoted = r#"build.rustflags=["--remap-path-prefix=/home/\"me\"=/cargo"]"#;
        assert_eq!(
            applied(&[]),
            (vec!["--config".to_owned(), quoted.to_owned()], None)
        );
        let joined = Some(format!("-C\u{1f}opt-level=2\u{1f}{ours}"));
        assert_eq!(
            applied(&[("RUSTFLAGS", "-C opt-level=2")]),
            (vec![], joined.clone())
        );
        let encoded = ("CARGO_ENCODED_RUSTFLAGS", "-C\u{1f}opt-level=2");
        assert_eq!(
            applied(&[encoded, ("RUSTFLAGS", "other")]),
            (vec![], joined)
        );
    }
}
