//! The messages on a stage's queue and among its dead letters: looked at, counted, moved, and sent.
//!
//! SQS has no read without a receive. A receive counts, hides a message for a while, and in a FIFO queue
//! hides the rest of its group, too. Whoever looks here gives everything back; what is cut off comes back by
//! itself, since nothing is hidden for long.

mod age;
mod by_hand;
mod calls;
mod filter;
mod look;
mod mover;
mod received;
mod states;
mod task;

pub(crate) use age::oldest_message;
pub(crate) use by_hand::{Redrive, Redriven, move_by_hand};
pub(crate) use calls::{Purged, counts, purge, send};
pub(crate) use filter::Filter;
pub(crate) use look::{Look, look};
pub(crate) use mover::{MoveState, Moved, Mover};
pub(crate) use received::Received;
pub(crate) use states::states;
pub(crate) use task::Task;
