//! The sections of the file, one module each: their keys, and how they become settings.

pub(super) mod api;
pub(super) mod app;
pub(super) mod function;
pub(super) mod queue;
pub(super) mod role;
pub(super) mod usage_plan;
