//! Answers that the proxy gives or changes itself, in each protocol's own form.
use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::classify::{About, Protocol};

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub parts: Parts,
    pub body: Bytes,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let (mut parts, ()) = Response::new(()).into_parts();
        parts.status = StatusCode::from_u16(status).unwrap();
        Self {
            parts,
            body: body.into(),
        }
    }

    /// An error of the service that was asked.
    pub(crate) fn error(about: &About, status: u16, code: &str, message: &str) -> Self {
        match about.protocol {
            Protocol::Query => xml_error(status, code, message),
            Protocol::Json => json_error(about, status, code, message),
            Protocol::Rest => rest_error(status, code, message),
        }
    }

    /// The deployed API's own refusal of a caller.
    pub(crate) fn forbidden() -> Self {
        let body = json!({"message": "Forbidden"}).to_string();
        Self::new(403, body)
            .with(CONTENT_TYPE, "application/json")
            .with(
                HeaderName::from_static("x-amzn-errortype"),
                "ForbiddenException",
            )
    }

    /// Too many calls, in the words of the service that was asked.
    pub(crate) fn throttled(about: &About) -> Self {
        let (status, code) = match (about.protocol, about.service.as_str()) {
            (Protocol::Query, _) => (400, "Throttling"),
            (Protocol::Json, "sqs") => (400, "RequestThrottled"),
            (Protocol::Json, _) => (400, "ThrottlingException"),
            (Protocol::Rest, _) => (429, "TooManyRequestsException"),
        };
        Self::error(about, status, code, "Rate exceeded")
    }

    /// A fault of the service's own.
    pub(crate) fn failed(about: &About, status: u16) -> Self {
        let code = match (about.protocol, about.service.as_str()) {
            _ if status == 503 => "ServiceUnavailable",
            (Protocol::Rest, "lambda") => "ServiceException",
            (Protocol::Query, _) => "ServiceFailure",
            _ => "InternalFailure",
        };
        Self::error(about, status, code, "We encountered an internal error.")
    }

    pub(crate) fn ok(&self) -> bool {
        self.parts.status.is_success()
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Puts another body in place.
    pub(crate) fn replace_body(&mut self, body: impl Into<Bytes>) {
        self.body = body.into();
        self.parts
            .headers
            .insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value).unwrap();
        self.parts.headers.insert(name, value);
        self
    }
}

fn xml_error(status: u16, code: &str, message: &str) -> Answer {
    let kind = if status < 500 { "Sender" } else { "Receiver" };
    let body = format!(
        "<ErrorResponse><Error><Type>{kind}</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>"
    );
    Answer::new(status, body).with(CONTENT_TYPE, "text/xml")
}

/// SQS names its errors a second time, as its older query protocol called them.
fn json_error(about: &About, status: u16, code: &str, message: &str) -> Answer {
    let sqs = about.service == "sqs";
    let older = match code {
        "QueueDeletedRecently" => "AWS.SimpleQueueService.QueueDeletedRecently",
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        code => code,
    };
    let modelled = sqs && !matches!(code, "InternalFailure" | "ServiceUnavailable");
    let name = if modelled {
        format!("com.amazonaws.sqs#{code}")
    } else {
        code.to_owned()
    };
    let body = json!({"__type": name, "message": message}).to_string();
    let answer = Answer::new(status, body).with(CONTENT_TYPE, "application/x-amz-json-1.0");
    if sqs {
        let sender = HeaderName::from_static("x-amzn-query-error");
        return answer.with(sender, &format!("{older};Sender"));
    }
    answer
}

fn rest_error(status: u16, code: &str, message: &str) -> Answer {
    let body = json!({"Type": "User", "message": message, "Message": message}).to_string();
    Answer::new(status, body)
        .with(CONTENT_TYPE, "application/json")
        .with(HeaderName::from_static("x-amzn-errortype"), code)
}
