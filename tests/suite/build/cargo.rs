//! Real builds of small crates without dependencies, for the machine's own target.
use std::sync::Mutex;

use camino::{Utf8Path, Utf8PathBuf};
use gatewayq::bench::{Error, bootstrap};

/// The target of the toolchain that runs this test: always installed.
fn here() -> String {
    let output = std::process::Command::new("rustc")
        .arg("-vV")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned()
}

/// A project with a handler crate that has a dependency beside it.
fn project(main: &str) -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"handler\"]\nresolver = \"3\"\n[profile.release]\nstrip = true\npanic = \"abort\"\n",
    );
    write(
        "handler/Cargo.toml",
        "[package]\nname = \"handler\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [[bin]]\nname = \"bootstrap\"\npath = \"main.rs\"\n[dependencies]\nlow = { path = \"../low\" }\n",
    );
    write("handler/main.rs", main);
    write(
        "low/Cargo.toml",
        "[package]\nname = \"low\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n",
    );
    write("low/lib.rs", "pub fn at(i: usize) -> u8 { [1, 2, 3][i] }\n");
    (folder, root)
}

async fn run(root: &Utf8Path) -> (Result<Utf8PathBuf, Error>, Vec<String>) {
    let lines = Mutex::new(Vec::new());
    let on_line = |line: &str| lines.lock().unwrap().push(line.to_owned());
    let result = bootstrap(root, "handler".into(), &here(), &on_line).await;
    (result, lines.into_inner().unwrap())
}

const FINE: &str = "fn main() { println!(\"{}\", low::at(std::env::args().count())); }";

#[tokio::test]
async fn two_folders_give_the_same_bytes() {
    let ((_keep, one), (_keep_too, two)) = (project(FINE), project(FINE));
    let (first, lines) = run(&one).await;
    let (second, _) = run(&two).await;
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(
        lines.iter().any(|line| line.contains("Compiling handler")),
        "{lines:?}"
    );
    assert!(first.starts_with(&one) && second.starts_with(&two));
    let bytes = std::fs::read(&first).unwrap();
    assert_eq!(bytes, std::fs::read(&second).unwrap());
    assert!(!String::from_utf8_lossy(&bytes).contains(one.as_str()));

    let (again, lines) = run(&one).await;
    assert_eq!(again.unwrap(), first);
    assert!(
        !lines.iter().any(|line| line.contains("Compiling")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn compile_errors_come_with_the_error() {
    let (_keep, root) = project("fn main() { let n: u8 = \"text\"; }");
    let told = run(&root).await.0.unwrap_err().to_string();
    assert!(told.contains("does not compile for"), "{told}");
    assert!(told.contains("error[E0308]: mismatched types"), "{told}");
    assert!(told.contains("handler/main.rs:1:"), "{told}");
}

#[tokio::test]
async fn a_build_that_fails_without_a_diagnostic_still_says_why() {
    let (_keep, root) = project(FINE);
    std::fs::write(
        root.join("handler/build.rs"),
        "fn main() { std::process::exit(7) }",
    )
    .unwrap();
    let told = run(&root).await.0.unwrap_err().to_string();
    assert!(told.contains("build-script-build"), "{told}");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let (_keep, root) = project(FINE);
    let manifest = root.join("handler/Cargo.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("bootstrap", "other")).unwrap();
    let told = run(&root).await.0.unwrap_err().to_string();
    assert!(told.contains("no binary called `bootstrap`"), "{told}");

    std::fs::write(&manifest, "[package\n").unwrap();
    let told = run(&root).await.0.unwrap_err().to_string();
    assert!(
        told.contains("cannot be read") && told.contains("unclosed table"),
        "{told}"
    );

    let told = bootstrap(&root, "nowhere".into(), &here(), &|_| {})
        .await
        .unwrap_err()
        .to_string();
    assert!(told.contains("nowhere cannot be read"), "{told}");
}

#[tokio::test]
async fn a_target_that_nobody_has_is_told() {
    let (_keep, root) = project(FINE);
    let result = bootstrap(&root, "handler".into(), "no-such-target", &|_| {}).await;
    let told = result.unwrap_err().to_string();
    assert!(
        told.contains("the Rust target no-such-target is not installed"),
        "{told}"
    );
}

/// As developers have it in ~/.cargo/config.toml. The handler tells what it was compiled for.
#[tokio::test]
async fn the_laptops_processor_does_not_reach_the_binary() {
    let told = "fn main() { println!(\"{}{}\", low::at(0), cfg!(target_feature = \"avx\")); }";
    let (_keep, root) = project(told);
    std::fs::create_dir(root.join(".cargo")).unwrap();
    let write = |flags: &str| {
        let text = format!("[target.'cfg(all())']\nrustflags = [\"-C\", \"{flags}\"]\n");
        std::fs::write(root.join(".cargo/config.toml"), text).unwrap();
    };
    // A name instead of `native`: what this machine is does not matter then.
    if cfg!(target_arch = "x86_64") {
        write("target-cpu=skylake");
        let binary = run(&root).await.0.unwrap();
        let output = std::process::Command::new(binary).output().unwrap();
        assert_eq!(output.stdout, b"1false\n");
        write("target-feature=+avx512f");
        let refused = run(&root).await.0.unwrap_err().to_string();
        assert!(refused.contains("feature avx512f"), "{refused}");
    }
}
