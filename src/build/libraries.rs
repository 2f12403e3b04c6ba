//! The shared libraries that a dynamic binary asks for by name.

use super::{Error, default_target};
use crate::config::Architecture;
use object::Endianness;
use object::elf;
use object::read::elf::{Dyn, SectionTable};

type Header = elf::FileHeader64<Endianness>;

/// What `provided.al2023` has. It is built on the minimal container image of Amazon Linux 2023
/// (AWS Compute Blog, "Introducing the Amazon Linux 2023 runtime for AWS Lambda"), whose packages
/// are glibc and libgcc, and for its package manager libstdc++, openssl-libs and zlib.
const PRESENT: &[&str] = &[
    "libanl.so.1",
    "libc.so.6",
    "libcrypto.so.3",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libmvec.so.1",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libssl.so.3",
    "libstdc++.so.6",
    "libutil.so.1",
    "libz.so.1",
];

/// # Errors
/// [`Error::Library`] with the first one that Lambda would look for in vain.
pub(super) fn check(
    sections: &SectionTable<'_, Header>,
    endian: Endianness,
    binary: &[u8],
    architecture: Architecture,
) -> Result<(), Error> {
    let Some((entries, link)) = sections.dynamic(endian, binary)? else {
        return Ok(());
    };
    let strings = sections.strings(endian, binary, link)?;
    for entry in entries {
        if entry.tag(endian) != elf::DT_NEEDED {
            continue;
        }
        let library = String::from_utf8_lossy(entry.string(endian, strings)?).into_owned();
        if !library.starts_with("ld-linux") && !PRESENT.contains(&library.as_str()) {
            let musl = default_target(architecture);
            return Err(Error::Library { library, musl });
        }
    }
    Ok(())
}
