//! The AWS side: clients, who we are, the classification of SDK errors, pacing, and signed requests.

mod access;
mod bulk;
mod certificates;
mod classify;
#[cfg(test)]
mod classify_tests;
mod clients;
mod credentials;
mod endpoint;
mod error;
mod identity;
mod pace;
mod profiles;
mod proxy;
mod signed;
mod transport;
mod websocket;

pub use access::{Access, LocalAccess};
pub use clients::Aws;
pub use error::{AwsError, Kind, causes};
pub use identity::Identity;
pub use signed::{Request, Response, Signer};
pub use websocket::websocket_apis;
