//! gatewayq: API Gateway to Lambda to SQS FIFO to Celery workers, deployed and removed with one
//! command. The binary is a thin shell around this library.
// Progress goes through the printer: `eprint!` panics where standard error cannot be written to.
#![cfg_attr(not(test), warn(clippy::print_stderr))]

pub mod aws;
pub mod build;
pub mod cli;
pub mod commands;
pub mod completion;
pub mod config;
pub mod doctor;
pub mod endpoint;
pub mod engine;
pub mod environment;
mod file_lock;
pub mod handler;
pub mod init;
pub mod keys;
pub mod local;
pub mod names;
pub mod output;
pub mod policies;
pub mod python_env;
mod region;
pub mod resources;
pub mod routes_file;
pub mod scaffold;
pub mod stack;
pub mod tags;
pub mod worker_kit;
