//! Programs of the machine's own C compiler, as Lambda would or would not start them.
use std::process::Command;

use gatewayq::bench::Architecture;
use gatewayq::bench::check;
use proptest::prelude::*;

const HERE: Architecture = if cfg!(target_arch = "aarch64") {
    Architecture::Arm64
} else {
    Architecture::X86_64
};
const OTHER: Architecture = if cfg!(target_arch = "aarch64") {
    Architecture::X86_64
} else {
    Architecture::Arm64
};

/// Compiles C with the machine's compiler, which Rust's own linking needs too.
fn cc(folder: &tempfile::TempDir, source: &str, arguments: &[&str]) -> Vec<u8> {
    std::fs::write(folder.path().join("source.c"), source).unwrap();
    let status = Command::new("cc")
        .args(["source.c", "-o", "out"])
        .args(arguments)
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::read(folder.path().join("out")).unwrap()
}

fn message(binary: &[u8], architecture: Architecture) -> String {
    check(binary, architecture).unwrap_err().to_string()
}

#[cfg(target_os = "linux")]
#[test]
fn a_newer_glibc_is_named_with_both_ways_out() {
    let folder = tempfile::tempdir().unwrap();
    let versions = "GLIBC_2.34 { global: old; };\nGLIBC_2.99 { global: new; };\n";
    std::fs::write(folder.path().join("versions"), versions).unwrap();
    let library = "int old(void) { return 0; } int new(void) { return 1; }";
    cc(
        &folder,
        library,
        &[
            "-shared",
            "-fPIC",
            "-Wl,--version-script=versions",
            "-Wl,-soname,libm.so.6",
        ],
    );
    std::fs::rename(folder.path().join("out"), folder.path().join("libnew.so")).unwrap();
    let link = [
        "-nostdlib",
        "-Wl,-e,start",
        "libnew.so",
        "-Wl,--unresolved-symbols=ignore-all",
    ];

    let fine = cc(&folder, "int old(void); void start(void) { old(); }", &link);
    check(&fine, HERE).unwrap();

    let dies = cc(&folder, "int new(void); void start(void) { new(); }", &link);
    let told = message(&dies, HERE);
    assert!(told.contains("GLIBC_2.99 of libm.so.6"), "{told}");
    assert!(
        told.contains("target = \"") && told.contains("-unknown-linux-musl\""),
        "{told}"
    );
    assert!(told.contains("-unknown-linux-gnu.2.34\""), "{told}");

    let weak = "int new(void) __attribute__((weak)); void start(void) { if (new) new(); }";
    check(&cc(&folder, weak, &link), HERE).unwrap();
    assert!(check(&dies, OTHER).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_loader_that_lambda_lacks_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let link = [
        "-nostdlib",
        "-Wl,-e,start",
        "-pie",
        "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1",
    ];
    let told = message(&cc(&folder, "void start(void) {}", &link), HERE);
    assert!(told.contains("/lib/ld-musl-x86_64.so.1"), "{told}");
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..64)) {
        thread_local!(static WHOLE: Vec<u8> = small());
        let mut damaged = WHOLE.with(Clone::clone);
        for (place, byte) in changes {
            let place = place.index(damaged.len());
            damaged[place] = byte;
        }
        let _ = check(&damaged, HERE);
    }
}

/// A small dynamic program with version needs, so that damage hits what is read.
fn small() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    cc(
        &folder,
        "#include <stdio.h>\nint main(void) { puts(\"x\"); return 0; }",
        &["-s"],
    )
}

/// A handler that links a library of the developer's machine.
#[cfg(target_os = "linux")]
#[test]
fn a_library_that_lambda_lacks_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    cc(
        &folder,
        "int far(void) { return 1; }",
        &["-shared", "-fPIC", "-Wl,-soname,libfar.so.7"],
    );
    std::fs::rename(folder.path().join("out"), folder.path().join("libfar.so")).unwrap();
    let binary = cc(
        &folder,
        "int far(void); int main(void) { return far(); }",
        &[&format!("-L{path}"), "-lfar"],
    );
    let told = message(&binary, HERE);
    assert!(told.contains("needs the library libfar.so.7"), "{told}");
}
