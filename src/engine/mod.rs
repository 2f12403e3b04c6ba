//! The engine: observe, plan, apply, settle. It knows resources only by their trait, and AWS only
//! through the calls that they make; what a stack is stands in `stack/`.

mod apply;
mod change;
mod converge;
mod cx;
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

pub use apply::Outcome;
pub use change::Change;
pub use converge::{Converged, Done, Stopped, converge};
pub use cx::{Cx, Runtime};
pub use error::Error;
pub use event::{Event, EventSink};
pub use field::{Call, Changed, Field, Patch, Set};
pub(crate) use field::{changed, diff, make_calls};
#[cfg(test)]
pub use graph::Dependencies;
pub use graph::{Graph, NodeId};
pub use node::{Handle, Ref};
pub use observe::{observe, observe_some};
pub use plan::{Action, Goal, Plan, Step};
pub use resource::{Owner, Resource};
pub use retry::{MaxWait, Retry, retry};

#[cfg(test)]
mod tests;
