//! The handler that travels inside gatewayq: its source, and in a distribution build its binaries,
//! so that a project without a crate of its own needs neither Rust nor a C compiler.

mod choice;
mod embedded;
mod sources;

pub use choice::{FOLDER, Handler};
pub use embedded::{Embedded, embedded, sha256};
pub use sources::{FILES, carried};
