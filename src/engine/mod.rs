//! The engine: observe, plan, apply. It knows resources only by their trait; what a stack is
//! stands in `stack.rs`.

mod act;
mod apply;
mod context;
mod event;
mod graph;
mod node;
mod observe;
mod patience;
mod plan;
mod resource;

pub use apply::{Outcome, apply};
pub use context::{Cancel, Cx, Runtime};
pub use event::{Event, EventSink};
pub use graph::{Graph, Needs, NodeId};
pub use node::{Handle, Node, Ref};
pub use observe::{observe, observe_again, observe_some};
pub use patience::{MaxWait, patiently};
pub use plan::{Action, Goal, Plan, Step};
pub use resource::{Change, Error, Owner, Resource};
