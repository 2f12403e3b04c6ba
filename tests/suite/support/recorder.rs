//! What the program printed in the whole run, and the values that must never be in it.
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

static SECRETS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// From now on, output with this value in it fails the test that printed it. For secret access keys and API keys.
pub(crate) fn forbid(secret: &str) {
    let mut secrets = SECRETS.lock().unwrap();
    if !secret.is_empty() && !secrets.iter().any(|known| known == secret) {
        secrets.push(secret.to_owned());
    }
}

/// The secret values that are in `bytes`.
pub(crate) fn secrets_in(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let secrets = SECRETS.lock().unwrap();
    secrets
        .iter()
        .filter(|secret| text.contains(secret.as_str()))
        .cloned()
        .collect()
}

/// The file with every byte that the program printed in this test run, each piece under a line with its command.
/// `gatewayq keys show` is left out: showing a key is what it is for.
pub(crate) fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("printed-{}", std::process::id()))
}

/// Adds what a command printed.
pub(crate) fn append(title: &str, printed: &[u8]) {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file())
        .unwrap();
    let whole = [b"\n== ", title.as_bytes(), b"\n", printed].concat();
    file.write_all(&whole).unwrap();
}

/// All that was recorded so far in this process.
pub(crate) fn recorded() -> Vec<u8> {
    fs::read(file()).unwrap_or_default()
}
