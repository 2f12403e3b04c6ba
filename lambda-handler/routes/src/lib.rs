//! `routes.json`, beside the function's binary in the zip: what the function answers to. The
//! command writes it from gatewayq.toml, the function reads it; what both have to agree on is
//! here. So is the Celery message, which both send, and what Celery stores of a task, which both read. The crate lies within the function's, so that the
//! two are copied together, and it has only dependencies that the command has anyway.

mod answer;
pub mod arguments;
mod cors;
mod file;
mod group;
pub mod header;
pub mod message;
mod option;
pub mod options;
pub mod path;
pub mod schema;
pub mod stored;
mod task;
pub mod time;

pub use answer::{ACCEPTED_FIELDS, ACCEPTED_STATUSES, Accepted, REPLY_STATUSES, Reply};
pub use cors::{Cors, Origin};
pub use file::{
    ANY, Action, FILE_NAME, METHODS, OWNER_KEY_ID, Results, Route, Routes, RoutesError, TASK_ID,
    VERSION, VISIBILITY_LIMIT,
};
pub use group::GroupSource;
pub use option::OptionName;
pub use task::{Task, WAIT_MAX};
