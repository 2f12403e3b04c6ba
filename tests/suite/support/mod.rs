//! The test bench: everything the integration tests share.
//!
//! The tests look at the program from outside, as its users do: the built command runs as a child process, AWS is a
//! real emulator with authorisation on, and what is in AWS is read through boto3, a client that shares no code with
//! the program. All of it is blocking, so a test is a plain `#[test]`; only the proxy has a runtime of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod authority;
pub(crate) mod boto;
pub(crate) mod cli;
pub(crate) mod diff;
pub(crate) mod handler;
pub(crate) mod http;
pub(crate) mod inventory;
#[cfg(target_os = "linux")]
pub(crate) mod listening;
pub(crate) mod ministack;
pub(crate) mod models;
pub(crate) mod own_function;
pub(crate) mod ports;
pub(crate) mod project;
pub(crate) mod proxy;
pub(crate) mod python;
pub(crate) mod recorder;
pub(crate) mod wait;
pub(crate) mod worker;

use std::path::{Path, PathBuf};

/// The workspace's target folder, where everything is kept that is made once for many runs.
pub(crate) fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The folder of the workspace's root package.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
