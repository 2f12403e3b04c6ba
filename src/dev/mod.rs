//! The programs that `gatewayq dev` runs beside itself: one at a time, started again when it ends, and never left behind.

mod pauses;
mod program;

pub(crate) use pauses::Pauses;
pub(crate) use program::Program;
