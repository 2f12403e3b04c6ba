//! Would Lambda's `provided.al2023` start this binary?

use object::elf;
use object::read::elf::{FileHeader, ProgramHeader, SectionTable};
use object::{Endianness, FileKind};

use super::{Error, default_target, lambda_name, libraries};
use crate::config::Architecture;

/// The glibc of `provided.al2023` (Amazon Linux 2023), which is what a dynamic binary finds.
const GLIBC: (u32, u32) = (2, 34);

type Header = elf::FileHeader64<Endianness>;

/// Checks the built binary: an ELF program for `architecture` that asks for nothing newer than
/// glibc 2.34, and for no library that Lambda does not have.
///
/// # Errors
/// One per thing that would make the function die at its start, each with what to do. Never panics,
/// whatever the bytes.
pub fn check(binary: &[u8], architecture: Architecture) -> Result<(), Error> {
    if !binary.starts_with(&elf::ELFMAG) {
        return Err(Error::NotElf {
            what: describe(binary),
            target: default_target(architecture),
        });
    }
    if FileKind::parse(binary)? != FileKind::Elf64 {
        return Err(wrong_machine("a 32-bit processor".to_owned(), architecture));
    }
    let header = Header::parse(binary)?;
    let endian = header.endian()?;
    machine(header, endian, architecture)?;
    executable(header, endian)?;
    loader(header, endian, binary)?;
    let sections = header.sections(endian, binary)?;
    libraries::check(&sections, endian, binary, architecture)?;
    glibc(&sections, endian, binary, architecture)
}

fn describe(binary: &[u8]) -> String {
    let what = match binary {
        [] => "empty",
        [b'#', b'!', ..] => "a script",
        [b'M', b'Z', ..] => "a Windows program",
        [0xcf, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a macOS program",
        _ => "something else",
    };
    what.to_owned()
}

fn machine(header: &Header, endian: Endianness, wanted: Architecture) -> Result<(), Error> {
    let found = header.e_machine(endian);
    let fits = match wanted {
        Architecture::X86_64 => elf::EM_X86_64,
        Architecture::Arm64 => elf::EM_AARCH64,
    };
    if found == fits && endian == Endianness::Little {
        return Ok(());
    }
    let name = match found {
        elf::EM_X86_64 => "x86_64".to_owned(),
        elf::EM_AARCH64 => "arm64".to_owned(),
        other => format!("another processor (ELF machine {})", other.0),
    };
    Err(wrong_machine(name, wanted))
}

fn wrong_machine(found: String, wanted: Architecture) -> Error {
    Error::WrongMachine {
        found,
        wanted: lambda_name(wanted),
        target: default_target(wanted),
    }
}

/// A program has an entry point; a shared library, otherwise of the same type as a
/// position-independent program, has none.
fn executable(header: &Header, endian: Endianness) -> Result<(), Error> {
    let what = match header.e_type(endian) {
        elf::ET_EXEC => return Ok(()),
        elf::ET_DYN if header.e_entry(endian) != 0 => return Ok(()),
        elf::ET_DYN => "shared library".to_owned(),
        elf::ET_REL => "object file".to_owned(),
        elf::ET_CORE => "core dump".to_owned(),
        other => format!("file of type {}", other.0),
    };
    Err(Error::NotExecutable { what })
}

fn loader(header: &Header, endian: Endianness, binary: &[u8]) -> Result<(), Error> {
    for segment in header.program_headers(endian, binary)? {
        let Some(path) = segment.interpreter(endian, binary)? else {
            continue;
        };
        let loader = String::from_utf8_lossy(path).into_owned();
        if !loader.contains("/ld-linux") {
            return Err(Error::Loader { loader });
        }
    }
    Ok(())
}

fn glibc(
    sections: &SectionTable<'_, Header>,
    endian: Endianness,
    binary: &[u8],
    architecture: Architecture,
) -> Result<(), Error> {
    let Some((mut needs, link)) = sections.gnu_verneed(endian, binary)? else {
        return Ok(());
    };
    let strings = sections.strings(endian, binary, link)?;
    let mut newest: Option<(Version, String, String)> = None;
    while let Some((need, mut versions)) = needs.next()? {
        let library = String::from_utf8_lossy(need.file(endian, strings)?).into_owned();
        while let Some(version) = versions.next()? {
            // The loader does without a version that only weak symbols ask for.
            if version.vna_flags.get(endian).0 & elf::VER_FLG_WEAK.0 != 0 {
                continue;
            }
            let name = String::from_utf8_lossy(version.name(endian, strings)?).into_owned();
            let Some(number) = too_new(&name) else {
                continue;
            };
            if newest.as_ref().is_none_or(|(known, ..)| number > *known) {
                newest = Some((number, name, library.clone()));
            }
        }
    }
    match newest {
        None => Ok(()),
        Some((_, version, library)) => Err(new_glibc(version, library, architecture)),
    }
}

type Version = (u32, u32);

/// The number in a glibc symbol version that `provided.al2023` does not have.
fn too_new(name: &str) -> Option<Version> {
    let rest = name.strip_prefix("GLIBC_")?;
    // `GLIBC_ABI_DT_RELR` and its like came with 2.36; they have no number of their own.
    if rest.starts_with("ABI_") {
        return Some((u32::MAX, 0));
    }
    let mut parts = rest.split('.').map(|part| part.parse::<u32>().ok());
    let number = (parts.next()??, parts.next().flatten().unwrap_or(0));
    (number > GLIBC).then_some(number)
}

fn new_glibc(version: String, library: String, architecture: Architecture) -> Error {
    let musl = default_target(architecture);
    let zig = format!("{}.2.34", musl.replace("musl", "gnu"));
    Error::NewGlibc {
        version,
        library,
        musl,
        zig,
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
