//! All integration tests, in one binary: the test bench is compiled and linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod convergence;
mod keys;
mod local;
mod parallel;
mod policies;
mod refusals;
mod side_by_side;
mod support;
mod support_selftest;
mod walkthrough;
mod workers;
