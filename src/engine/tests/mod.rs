//! The engine by itself: fake resources in a world that is told which call fails, on tokio's paused
//! clock. No network, no AWS.

mod budget;
mod duplicates;
mod fake;
mod interrupt;
mod order;
mod plan;
mod property;
mod ready;
mod recovery;
mod replace;
mod rounds;
mod table;
