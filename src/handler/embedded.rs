//! The handlers that were built before gatewayq was, and put into it.

use crate::build::lambda_name;
use crate::config::Architecture;
use anyhow::Context;
use std::borrow::Cow;
use std::io::{Cursor, Read};

/// Architecture, and a `bootstrap` or a zip with one in it.
const HANDLERS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/handlers.rs"));

/// A handler on board.
#[derive(Clone, Debug)]
pub(crate) struct Embedded {
    /// As Lambda names it.
    pub architecture: &'static str,
    pub(super) packed: &'static [u8],
}

/// All handlers on board; none in a build from source.
pub(crate) fn embedded() -> impl Iterator<Item = Embedded> {
    HANDLERS.iter().map(|&(architecture, packed)| Embedded {
        architecture,
        packed,
    })
}

impl Embedded {
    /// The one for a function of this architecture.
    pub(crate) fn of(architecture: Architecture) -> Option<Self> {
        embedded().find(|handler| handler.architecture == lambda_name(architecture))
    }

    /// The binary `bootstrap`.
    ///
    /// # Errors
    /// A zip that is damaged or has no `bootstrap`: a fault of the distribution build.
    pub(crate) fn bootstrap(&self) -> anyhow::Result<Cow<'static, [u8]>> {
        unpack(self.packed).with_context(|| {
            format!(
                "the {} handler on board of this gatewayq is damaged; install it again",
                self.architecture
            )
        })
    }
}

fn unpack(packed: &'static [u8]) -> anyhow::Result<Cow<'static, [u8]>> {
    if !packed.starts_with(b"PK") {
        return Ok(Cow::Borrowed(packed));
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(packed))?;
    let mut binary = Vec::new();
    archive.by_name("bootstrap")?.read_to_end(&mut binary)?;
    Ok(Cow::Owned(binary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_taken_as_it_is_and_a_zip_is_opened() {
        assert_eq!(unpack(b"\x7fELF").unwrap(), b"\x7fELF".as_slice());
        let zip = crate::build::zip(b"\x7fELF and more", b"{}").unwrap().zip;
        let unpacked = unpack(Vec::leak(zip)).unwrap();
        assert_eq!(unpacked, b"\x7fELF and more".as_slice());
        assert!(unpack(b"PK and nothing else").is_err());
    }

    /// Nothing to look at in a build from source; a distribution build's handlers have to start.
    #[test]
    fn what_is_on_board_would_start() {
        for architecture in [Architecture::X86_64, Architecture::Arm64] {
            if let Some(handler) = Embedded::of(architecture) {
                let binary = handler.bootstrap().unwrap();
                crate::build::check(&binary, architecture).unwrap();
            }
        }
    }
}
