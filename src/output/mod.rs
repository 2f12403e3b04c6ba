//! What the user sees: results on stdout, progress on stderr. No secret on either.

mod harmless;
mod human;
mod printer;
mod progress;
mod time;

pub(crate) use harmless::harmless;
pub(crate) use human::{elapsed, plan_text, table};
pub(crate) use printer::Printer;
pub(crate) use progress::Activity;
pub(crate) use time::Zone;
