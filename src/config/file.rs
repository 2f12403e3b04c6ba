//! The file's text, or why there is none.

use std::fs::File;
use std::io::{ErrorKind, Read};

use camino::Utf8Path;

use super::diagnostics::Error;

/// Bytes. Far above 300 routes for each of a dozen stages; it keeps what is not a configuration out.
pub(super) const LIMIT: u64 = 1 << 20;

/// Reads the whole file as UTF-8, without the byte order mark some editors put in front. `limit` is in bytes.
pub(super) fn read(path: &Utf8Path, limit: u64) -> Result<String, Error> {
    let bytes = read_bytes(path, limit)?;
    if bytes.len() as u64 > limit {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let newlines = error.as_bytes().iter().take(good).filter(|b| **b == b'\n');
        Error::NotText {
            path: path.to_owned(),
            line: newlines.count() + 1,
        }
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Reads a file that gatewayq.toml names, which is looked for in `folder`; the fault begins with its name.
pub(super) fn beside(folder: &Utf8Path, name: &str, limit: u64) -> Result<String, String> {
    read(&folder.join(name), limit).map_err(|error| match error {
        Error::Missing { .. } => format!("{name}: no such file beside gatewayq.toml"),
        Error::NotAFile { .. } => format!("{name}: not a file"),
        Error::TooLarge { limit, .. } => format!("{name}: larger than {limit} bytes"),
        Error::NotText { line, .. } => format!("{name}:{line}: not text in UTF-8"),
        Error::Unreadable { source, .. } => format!("{name}: cannot be read: {source}"),
        other => other.to_string(),
    })
}

fn read_bytes(path: &Utf8Path, limit: u64) -> Result<Vec<u8>, Error> {
    let failed = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => Error::Missing {
            path: path.to_owned(),
        },
        _ => Error::Unreadable {
            path: path.to_owned(),
            source,
        },
    };
    // Asked before opening: to open a pipe waits for its writer.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(Error::NotAFile {
            path: path.to_owned(),
        });
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}
