//! A lock that several gatewayq processes agree on: a file, locked as long as it is open.

use camino::Utf8Path;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;

/// Waits for the lock on a file and holds it until dropped; a process that dies lets go too.
///
/// # Errors
/// A file that cannot be opened or locked.
pub(crate) async fn lock(path: &Utf8Path, say: &(dyn Fn(&str) + Send + Sync)) -> io::Result<File> {
    let open = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path);
    let opened = open?;
    match opened.try_lock() {
        Ok(()) => return Ok(opened),
        Err(TryLockError::WouldBlock) => say("waiting for another gatewayq that is at work here"),
        Err(TryLockError::Error(source)) => return Err(source),
    }
    let waited = tokio::task::spawn_blocking(move || opened.lock().map(|()| opened)).await;
    waited.map_err(io::Error::other).flatten()
}
