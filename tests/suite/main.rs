//! All integration tests, in one binary: the test bench is compiled and linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod convergence;
mod credentials;
mod doctor;
mod invoke;
mod keys;
mod local;
mod network;
mod output_ends;
mod own_role;
mod parallel;
mod policies;
mod refusals;
mod secrets;
mod side_by_side;
mod support;
mod support_selftest;
mod walkthrough;
mod workers;
