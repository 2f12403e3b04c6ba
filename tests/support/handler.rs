//! The handler's binary, built once for all tests.
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{target_dir, workspace};

/// `bootstrap` for this machine's architecture, statically linked against musl, as deploy would build it.
/// The first call builds it (a minute or two when nothing is built yet); cargo itself lets others wait.
pub fn bootstrap() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(build)
}

fn build() -> PathBuf {
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    add_target(&target);
    let mut cargo = cargo();
    cargo.args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "-p",
        "lambda-handler",
        "--bin",
        "bootstrap",
    ]);
    cargo
        .args(["--target", &target])
        .arg("--target-dir")
        .arg(target_dir());
    set_c_compiler(&mut cargo, &target);
    run(&mut cargo);
    target_dir().join(target).join("release/bootstrap")
}

/// Cargo in the workspace, without the variables that cargo set for this test: build scripts look at some of them
/// and would build their crates again.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace());
    for (name, _) in std::env::vars() {
        let ours = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "CARGO_PRIMARY_",
        ];
        if ours.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// The standard library for the target comes through rustup, where that is how Rust was installed.
fn add_target(target: &str) {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout).unwrap().trim());
    if !sysroot.join("lib/rustlib").join(target).exists() {
        run(Command::new("rustup")
            .args(["target", "add", target])
            .current_dir(workspace()));
    }
}

/// ring has C parts that need no C library: the machine's own compiler serves where musl's wrapper is missing.
fn set_c_compiler(cargo: &mut Command, target: &str) {
    let variable = format!("CC_{}", target.replace('-', "_"));
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let wrapper = std::env::split_paths(&paths).any(|folder| folder.join("musl-gcc").exists());
    if !wrapper && std::env::var_os(&variable).is_none() {
        cargo.env(variable, "cc");
    }
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}
