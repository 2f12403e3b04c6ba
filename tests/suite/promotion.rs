//! Built once, looked at, and deployed to one stage after the other.
mod package;
mod plan;
mod workflows;
