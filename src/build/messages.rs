//! What cargo says while it builds: JSON on its standard output, progress beside it.

use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Child;

use super::toolchain::text;

/// Lines of cargo's own output that are kept for the case of an error.
const KEPT: usize = 40;

/// What came of a build.
pub(super) struct Build {
    /// The binary, if it was built.
    pub binary: Option<Utf8PathBuf>,
    errors: String,
    said: Vec<String>,
}

impl Build {
    /// Whether the compiler found errors.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The compiler's errors. A build script that fails, or a lock file, makes none of those:
    /// then the end of cargo's own words.
    pub(crate) fn why(&self) -> String {
        if self.errors.is_empty() {
            self.said.join("\n")
        } else {
            self.errors.clone()
        }
    }
}

/// Reads both of cargo's outputs to their ends; `manifest` is the handler's.
pub(super) async fn listen(
    child: &mut Child,
    manifest: &Utf8Path,
    on_line: &(dyn Fn(&str) + Send + Sync),
) -> Build {
    let (mut binary, mut errors, mut said) = (None, String::new(), Vec::new());
    let messages = each_line(child.stdout.take(), |line| {
        match serde_json::from_str(&line) {
            Ok(Message::CompilerArtifact(artifact)) if artifact.manifest_path == manifest => {
                binary = artifact.executable.or(binary.take());
            }
            Ok(Message::CompilerMessage(found)) if is_error(found.message.level) => {
                errors.push_str(found.message.rendered.as_deref().unwrap_or_default());
            }
            _ => {}
        }
    });
    let progress = each_line(child.stderr.take(), |line| {
        on_line(&line);
        said.push(line);
        if said.len() > KEPT {
            said.remove(0);
        }
    });
    tokio::join!(messages, progress);
    Build {
        binary,
        errors,
        said,
    }
}

fn is_error(level: DiagnosticLevel) -> bool {
    matches!(level, DiagnosticLevel::Error | DiagnosticLevel::Ice)
}

async fn each_line(output: Option<impl AsyncRead + Unpin>, mut line: impl FnMut(String)) {
    let Some(output) = output else { return };
    let mut reader = BufReader::new(output);
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes).await, Ok(1..)) {
        line(text(&bytes).trim_end_matches(['\r', '\n']).to_owned());
        bytes.clear();
    }
}
