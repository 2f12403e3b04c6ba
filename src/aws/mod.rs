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
mod json_service;
mod kept;
mod pace;
mod profiles;
mod proxy;
mod remembered;
mod signed;
mod transport;
mod websocket;

pub(crate) use access::{Access, LocalAccess};
pub(crate) use classify::ROLE;
pub(crate) use clients::Aws;
pub(crate) use error::{AwsError, Kind, causes};
pub(crate) use identity::Identity;
pub(crate) use json_service::JsonService;
pub(crate) use signed::{NoAnswer, Request, Response, Signer};
pub(crate) use websocket::websocket_apis;
