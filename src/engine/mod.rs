//! The engine: observe, plan, apply, settle. It knows resources only by their trait, and AWS only
//! through the calls that they make; what a stack is stands in `stack/`.

mod apply;
mod attempt;
mod change;
mod converge;
mod cx;
mod described;
mod error;
mod event;
mod field;
mod graph;
mod node;
mod observe;
mod plan;
mod reconcile;
mod resource;
mod retry;

pub(crate) use apply::Outcome;
pub(crate) use change::Change;
pub(crate) use converge::{Converged, Done, Stopped, converge, observed};
pub(crate) use cx::{Cx, Runtime};
pub(crate) use described::Described;
pub(crate) use error::Error;
pub(crate) use event::{Event, EventSink};
pub(crate) use field::{Call, Changed, Field, Patch, Set};
pub(crate) use field::{changed, diff, make_calls};
#[cfg(test)]
pub(crate) use graph::Dependencies;
pub(crate) use graph::{Graph, NodeId};
pub(crate) use node::{Handle, Ref};
#[cfg(test)]
pub(crate) use observe::observe;
pub(crate) use observe::observe_some;
pub(crate) use plan::{Action, Goal, Plan, Step};
pub(crate) use resource::{Owner, Resource, Retained};
pub(crate) use retry::{MaxWait, Retry, retry};

#[cfg(test)]
mod tests;
