//! Issue 3: whatever breaks a deploy, the next one is right, and a delete leaves nothing.
mod every_call;
mod kills;
pub mod lane;
mod lost;
