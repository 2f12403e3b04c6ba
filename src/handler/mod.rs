//! The handler that travels inside gatewayq: its source, and in a distribution build its binaries,
//! so that a project without a crate of its own needs neither Rust nor a C compiler.

mod choice;
mod embedded;
mod sources;

pub(crate) use choice::{FOLDER, Handler};
pub(crate) use embedded::{Embedded, embedded};
pub(crate) use sources::{FILES, carried};
