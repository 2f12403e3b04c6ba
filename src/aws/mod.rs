//! The AWS side: clients, who we are, the classification of SDK errors, pacing, and signed requests.

mod classify;
#[cfg(test)]
mod classify_tests;
mod clients;
mod error;
mod identity;
mod pace;
mod signed;
mod websocket;

pub use clients::{Access, Aws, LocalAccess};
pub use error::{AwsError, Kind, causes};
pub use identity::Identity;
pub use signed::{Answer, Unsigned};
pub use websocket::websocket_apis;
