//! A lock that several gatewayq processes agree on: a file, locked as long as it is open.

use camino::Utf8Path;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

/// How often a lock that somebody holds is asked for.
const AGAIN: Duration = Duration::from_millis(50);

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
    // Asked for again and again: a thread that waits for it could not be given up, and would hold the process.
    loop {
        tokio::time::sleep(AGAIN).await;
        match opened.try_lock() {
            Ok(()) => return Ok(opened),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_ends_with_the_lock_and_can_be_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("lock");
        let quiet = |_: &str| ();
        let first = lock(&path, &quiet).await.unwrap();
        let limit = Duration::from_millis(200);
        let given_up = tokio::time::timeout(limit, lock(&path, &quiet)).await;
        assert!(given_up.is_err());
        let (second, ()) = futures::join!(lock(&path, &quiet), async { drop(first) });
        second.unwrap();
    }
}
