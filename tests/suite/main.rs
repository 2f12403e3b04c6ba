//! All integration tests, in one binary: the test bench is compiled and linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod convergence;
mod doctor;
mod keys;
mod local;
mod own_role;
mod parallel;
mod policies;
mod refusals;
mod secrets;
mod side_by_side;
mod support;
mod support_selftest;
mod walkthrough;
mod way_in;
mod workers;
