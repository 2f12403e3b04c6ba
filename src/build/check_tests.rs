//! Headers, and bytes that are none. Real programs are checked by tests/suite/build.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

const HERE: Architecture = if cfg!(target_arch = "aarch64") {
    Architecture::Arm64
} else {
    Architecture::X86_64
};

/// The least ELF header that says what it is.
fn header(machine: u16, kind: u16, entry: u64) -> Vec<u8> {
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(kind.to_le_bytes());
    bytes.extend(machine.to_le_bytes());
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(entry.to_le_bytes());
    bytes.extend([0; 16]); // offsets of the program and section headers: none
    bytes.extend([0; 4]);
    bytes.extend([64, 0, 56, 0, 0, 0, 64, 0, 0, 0, 0, 0]);
    bytes
}

fn message(binary: &[u8], architecture: Architecture) -> String {
    check(binary, architecture).unwrap_err().to_string()
}

#[test]
fn programs_for_both_processors_pass() {
    check(&header(62, 2, 0x1000), Architecture::X86_64).unwrap();
    check(&header(62, 3, 0x1000), Architecture::X86_64).unwrap();
    check(&header(183, 3, 0x1000), Architecture::Arm64).unwrap();
}

#[test]
fn the_wrong_processor_is_named_with_help() {
    let told = message(&header(183, 3, 1), Architecture::X86_64);
    assert!(
        told.contains("is built for arm64, the function's architecture is x86_64"),
        "{told}"
    );
    assert!(
        told.contains("build for x86_64-unknown-linux-musl"),
        "{told}"
    );
    let told = message(&header(62, 3, 1), Architecture::Arm64);
    assert!(
        told.contains("is built for x86_64, the function's architecture is arm64"),
        "{told}"
    );
    let told = message(&header(243, 3, 1), Architecture::Arm64);
    assert!(told.contains("ELF machine 243"), "{told}");
    let mut small = header(3, 2, 1);
    small[4] = 1;
    assert!(message(&small, Architecture::X86_64).contains("a 32-bit processor"));
}

#[test]
fn what_is_no_program_is_refused() {
    let x86 = Architecture::X86_64;
    assert!(message(b"", x86).contains("is empty"));
    assert!(message(b"#!/bin/sh\nexec ./bin\n", x86).contains("is a script"));
    assert!(message(&[0xcf, 0xfa, 0xed, 0xfe, 7], x86).contains("is a macOS program"));
    assert!(message(b"MZ\x90", x86).contains("is a Windows program"));
    assert!(message(b"text", x86).contains("is something else"));
    assert!(message(&header(62, 3, 0), x86).contains("shared library"));
    assert!(message(&header(62, 1, 0), x86).contains("object file"));
}

#[test]
fn versions_are_compared_as_numbers() {
    for fine in [
        "GLIBC_2.2.5",
        "GLIBC_2.34",
        "GLIBC_PRIVATE",
        "GLIBCXX_3.4.99",
        "OTHER_9.9",
    ] {
        assert_eq!(too_new(fine), None, "{fine}");
    }
    for new in [
        "GLIBC_2.35",
        "GLIBC_2.100",
        "GLIBC_3.0",
        "GLIBC_2.36.1",
        "GLIBC_ABI_DT_RELR",
    ] {
        assert!(too_new(new).is_some(), "{new}");
    }
}

/// This test's own binary: as real as it gets.
fn own() -> Vec<u8> {
    std::fs::read(std::env::current_exe().unwrap()).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn cut_off_anywhere_in_the_headers_is_an_error() {
    let whole = own();
    for length in (0..64).chain([100, 1000, whole.len() / 2, whole.len() - 1]) {
        assert!(check(&whole[..length], HERE).is_err(), "{length}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = check(&bytes, HERE);
        let mut elf = header(62, 3, 1);
        elf.truncate(32);
        elf.extend(&bytes);
        let _ = check(&elf, Architecture::X86_64);
    }
}
