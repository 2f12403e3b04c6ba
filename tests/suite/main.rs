//! All integration tests, in one binary: the test bench is compiled and linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// What a test prints is shown where it fails.
#![allow(clippy::print_stdout)]

mod bad_input;
mod build;
mod convergence;
mod credentials;
mod dev;
mod docs;
mod doctor;
mod figures;
mod function_tls;
mod handover;
mod invoke;
mod json;
mod keys;
mod local;
mod logs;
mod network;
mod output_ends;
mod own_role;
mod parallel;
mod paths;
mod platforms;
mod policies;
mod promotion;
mod queue;
mod refusals;
mod repository;
mod results;
mod schema;
mod secrets;
mod side_by_side;
mod support;
mod support_selftest;
mod walkthrough;
mod watch;
mod way_in;
mod worker_run;
mod workers;
