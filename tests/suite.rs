//! All integration tests, in one binary: the test bench is compiled and linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod convergence;
mod support;
mod support_selftest;
