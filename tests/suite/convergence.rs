//! Whatever breaks a deploy, the next one is right, and a delete leaves nothing.
mod authorizers;
mod aws_rules;
mod branches;
pub(crate) mod bulk;
mod cors;
mod drift;
mod every_call;
mod foreign;
mod interrupt;
mod kills;
mod lost;
mod property;
mod rules;
pub(crate) mod scenario;
mod shapes;
mod shared_plan;
mod speed;
mod together;
