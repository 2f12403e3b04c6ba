//! A request as the rules see it.
use std::collections::HashMap;

use bytes::Bytes;
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::classify::{self, About};

/// A whole request with what it is about.
pub(crate) struct Request {
    pub parts: Parts,
    pub body: Bytes,
    pub about: About,
}

impl Request {
    pub(crate) fn new(parts: Parts, body: Bytes) -> Self {
        let about = classify::about(&parts, &body);
        Self { parts, body, about }
    }

    /// The operation by AWS's name.
    pub(crate) fn operation(&self) -> &str {
        &self.about.operation
    }

    /// Whether it is this operation of this service.
    pub(crate) fn is(&self, service: &str, operation: &str) -> bool {
        self.about.service == service && self.about.operation == operation
    }

    /// False for the tests' own client, for workers and for other tools: their SDKs check what they send by the same
    /// models.
    pub(crate) fn is_the_programs(&self) -> bool {
        let agent = self.parts.headers.get("user-agent");
        let agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase());
        let others = ["boto", "chalice", "aws-sdk-js"];
        !agent.is_some_and(|agent| others.iter().any(|other| agent.contains(other)))
    }

    /// Whether a text is in the body.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.body).contains(text)
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A segment of a REST path, decoded.
    pub(crate) fn segment(&self, index: usize) -> String {
        let path = self.parts.uri.path().trim_matches('/');
        decode(path.split('/').nth(index).unwrap_or_default())
    }

    /// A field of a query-protocol request.
    pub(crate) fn field(&self, name: &str) -> String {
        form(&self.body).remove(name).unwrap_or_default()
    }
}

/// The fields of a form body.
pub(crate) fn form(body: &[u8]) -> HashMap<String, String> {
    let text = String::from_utf8_lossy(body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (decode(name), decode(&value.replace('+', " "))))
        .collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
