//! A world of things, the resource that wants one of them, and the graphs that tests build.

use crate::engine::Goal;

mod bench;
mod fault;
mod resource;
mod want;
mod world;

pub(super) use bench::{Bench, describe};
pub(super) use fault::{Fault, error};
pub(super) use resource::Left;
pub(super) use want::{Want, want};
pub(super) use world::{Thing, World, thing};

pub(super) const PRESENT: Goal = Goal::Present { replace: false };
pub(super) const REPLACE: Goal = Goal::Present { replace: true };
