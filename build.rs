//! What travels inside the binary: the handler's source, always; and, in a distribution build, the
//! handler itself, built beforehand.
//!
//! `GATEWAYQ_HANDLER_X86_64` and `GATEWAYQ_HANDLER_ARM64` name a `bootstrap` for that processor, or
//! a zip with one in it, which is smaller. `GATEWAYQ_COMMIT` names the commit where git cannot.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The variable, Lambda's name of the processor, and ELF's number of it.
const HANDLERS: [(&str, &str, u8); 2] = [
    ("GATEWAYQ_HANDLER_X86_64", "x86_64", 62),
    ("GATEWAYQ_HANDLER_ARM64", "arm64", 183),
];

/// Folders of this repository, and where their files are in a crate that stands alone. What comes
/// later replaces what came before.
const SOURCES: [(&str, &str); 5] = [
    ("lambda-handler/src", "src"),
    ("lambda-handler/examples", "examples"),
    ("lambda-handler/tests", "tests"),
    ("lambda-handler/routes/src", "routes/src"),
    ("lambda-handler/standalone", ""),
];

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("handlers.rs"), handlers()?)?;
    fs::write(out.join("sources.rs"), sources()?)?;
    println!("cargo::rustc-env=GATEWAYQ_TARGET={}", env::var("TARGET")?);
    println!("cargo::rustc-env=GATEWAYQ_COMMIT={}", commit()?);
    // Cargo forgets the profile's `strip` for a package that the profile has something of its own for, as for this one.
    if env::var("PROFILE")? == "release" && env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }
    Ok(())
}

/// `[(architecture, bytes)]` as Rust.
fn handlers() -> Result<String> {
    let mut entries = String::new();
    for (variable, architecture, machine) in HANDLERS {
        println!("cargo::rerun-if-env-changed={variable}");
        let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) else {
            continue;
        };
        let path = fs::canonicalize(&path)
            .map_err(|error| format!("{variable} names {}: {error}", path.display()))?;
        println!("cargo::rerun-if-changed={}", path.display());
        fits(&fs::read(&path)?, machine).map_err(|why| format!("{variable}: {why}"))?;
        entries += &format!("({architecture:?}, include_bytes!({path:?})),\n");
    }
    Ok(format!("&[\n{entries}]\n"))
}

/// A look at the head: what is wrong in it would otherwise show at the first deploy.
fn fits(bytes: &[u8], machine: u8) -> Result<()> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => Ok(()),
        [0x7f, b'E', b'L', b'F', ..] if bytes.get(18) == Some(&machine) => Ok(()),
        [0x7f, b'E', b'L', b'F', ..] => Err("the program is for another processor".into()),
        _ => Err("neither an ELF program nor a zip with one".into()),
    }
}

/// `[(path, bytes)]` as Rust, by path.
fn sources() -> Result<String> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut files = BTreeMap::new();
    for (folder, to) in SOURCES {
        let folder = root.join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        walk(&folder, Path::new(to), &mut files)?;
    }
    let entries = files
        .iter()
        .map(|(path, from)| format!("({path:?}, include_bytes!({from:?})),\n"));
    Ok(format!("&[\n{}]\n", entries.collect::<String>()))
}

fn walk(folder: &Path, to: &Path, files: &mut BTreeMap<PathBuf, PathBuf>) -> Result<()> {
    let read = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in read {
        let (from, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        // A developer's own: a target folder, an editor's swap file.
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if from.is_dir() {
            walk(&from, &to.join(name), files)?;
        } else {
            files.insert(to.join(name), from);
        }
    }
    Ok(())
}

/// Only what is released needs it: in a developer's build each commit would compile everything anew.
fn commit() -> Result<String> {
    println!("cargo::rerun-if-env-changed=GATEWAYQ_COMMIT");
    if let Some(commit) = env::var("GATEWAYQ_COMMIT")
        .ok()
        .filter(|text| !text.is_empty())
    {
        return Ok(commit);
    }
    if env::var("PROFILE")? != "release" {
        return Ok(String::new());
    }
    if let Some(head) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={head}");
    }
    Ok(git(&["rev-parse", "HEAD"]).unwrap_or_default())
}

/// What git answers, if it is there and this is a clone.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| answer.trim().to_owned())
}
