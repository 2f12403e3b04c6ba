#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! Every resource against answers shaped as AWS was recorded to give them, through real clients of
//! the SDK: what is written is read back as it was wanted, and each field that differs is seen and
//! fixed.

mod account;
mod authorizers;
pub(crate) mod bench;
mod boundary;
mod cors;
mod domain;
mod drift;
pub(crate) mod fields;
mod fixtures;
mod http;
mod keys;
mod marks;
mod meanwhile;
mod operations;
mod reserved_concurrency;
mod role_changes;
mod settings;
mod shapes;
mod tiers;
mod versions;

pub(crate) use bench::FULL;
