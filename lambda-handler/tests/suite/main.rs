//! All tests of the function from outside, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cors;
mod dispatch;
mod fifo;
mod golden;
mod hostile;
mod modules;
mod owner;
mod path_parameters;
mod renamed;
mod results;
mod routes_file;
mod rules;
mod schema;
mod sending;
mod support;
