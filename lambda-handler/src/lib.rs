//! The pure half of the Lambda function: an API Gateway proxy event and the routes go in, Celery
//! messages or an answer come out. Nothing here reads a clock, a random source, the environment
//! or the network; whatever is needed of those is handed in through [`Context`], so every rule
//! can be tested without AWS. The binary `bootstrap` adds the runtime loop and the sending.
//!
//! The way of a request: [`decide()`] opens the event ([`event`]), which finds its route, holds the body to the
//! route's schema ([`schema`]), and asks [`custom::route`] first; a task route reads the body ([`body`]), checks what a Celery worker would choke on
//! ([`gatewayq_routes::arguments`]), settles ids and groups ([`fifo`]) and writes the message ([`message`], in the crate shared with the command).
//! A result route asks for what the workers have stored ([`result`]), where need be for the task's sender alone ([`owner`]). The binary answers either.

pub mod answer;
pub mod authorized;
pub mod body;
pub mod context;
pub mod cors;
pub mod custom;
pub mod decide;
pub mod decision;
pub mod event;
pub mod fifo;
pub mod owner;
pub mod pack;
pub mod request;
pub mod result;
pub mod schema;
pub mod task;

pub use answer::{Answer, Outcome};
pub use authorized::Authorized;
pub use context::Context;
pub use decide::{decide, decide_with};
pub use decision::{Decision, Entry};
pub use event::ApiEvent;
pub use gatewayq_routes::{OptionName, Route, Routes, RoutesError, Task};
pub use gatewayq_routes::{message, options, time};
pub use message::Message;
pub use owner::{Owner, OwnerKey};
pub use request::ApiRequest;
pub use result::Lookup;
