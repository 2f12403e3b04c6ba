//! Calls of SQS and DynamoDB: signed, sent, and repeated where that can help.
//!
//! The function makes a handful of calls of two services. Written out as here they cost a fraction of what the
//! services' SDKs do in size, start and time of each request. The protocol is AWS JSON 1.0: `POST /` with
//! the operation in `x-amz-target` (SQS developer guide, "Making requests using the AWS JSON protocol";
//! DynamoDB developer guide, "DynamoDB low-level API").

use std::fmt;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use backon::{BackoffBuilder, ExponentialBuilder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

use crate::transport::{Error, Transport, causes};

/// How long one attempt may take before it counts as lost. Both answer within tens of
/// milliseconds; the rest is room for a full batch on a small function.
const ATTEMPT: Duration = Duration::from_secs(3);

/// The most attempts of one call. A repeat is safe: the deduplication id makes it one message, a read
/// changes nothing, and the one write sets what is not there yet.
const ATTEMPTS: usize = 5;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Errors with a status below 500 that pass (API references, "Common Errors", and the operations' own).
const PASSING: [&str; 7] = [
    "RequestThrottled",
    "ThrottlingException",
    "Throttling",
    "KmsThrottled",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
];

/// A service by its names.
pub(crate) struct Protocol {
    /// In words.
    title: &'static str,
    /// The name that requests are signed for.
    signing_name: &'static str,
    /// What stands before an operation's name.
    target: &'static str,
}

pub(crate) const SQS: Protocol = Protocol {
    title: "SQS",
    signing_name: "sqs",
    target: "AmazonSQS",
};

pub(crate) const DYNAMODB: Protocol = Protocol {
    title: "DynamoDB",
    signing_name: "dynamodb",
    target: "DynamoDB_20120810",
};

/// Region, credentials and address.
#[derive(Clone)]
pub(crate) struct Connection {
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    /// Scheme and authority, without a slash at the end.
    pub endpoint: String,
}

/// A service, reached over connections that are kept.
pub(crate) struct Service {
    protocol: &'static Protocol,
    transport: Rc<Transport>,
    identity: Identity,
    region: String,
    url: String,
}

/// Why a call failed.
#[derive(Debug)]
struct Failed {
    cause: String,
    is_transient: bool,
}

/// The body of an error.
#[derive(Deserialize)]
struct ErrorBody {
    #[serde(rename = "__type")]
    kind: Option<String>,
    #[serde(alias = "Message")]
    message: Option<String>,
}

impl Service {
    /// Nothing is sent yet.
    pub(crate) fn new(
        protocol: &'static Protocol,
        transport: Rc<Transport>,
        connection: Connection,
    ) -> Self {
        let credentials = Credentials::from_keys(
            connection.access_key_id,
            connection.secret_access_key,
            connection.session_token,
        );
        Self {
            protocol,
            transport,
            identity: credentials.into(),
            region: connection.region,
            url: format!("{}/", connection.endpoint.trim_end_matches('/')),
        }
    }

    /// Calls `operation`, and again with growing pauses where it was throttled, answered with 5xx, cut
    /// off or not answered.
    ///
    /// # Errors
    /// The last attempt's cause in words: the service's own code, text and request id, or what went wrong on the way.
    pub(crate) async fn call<A: DeserializeOwned>(
        &self,
        operation: &str,
        parameters: &impl Serialize,
    ) -> Result<A, String> {
        let body = serde_json::to_vec(parameters).map_err(|error| error.to_string())?;
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(ATTEMPTS - 1)
            .with_jitter()
            .build();
        loop {
            let failed = match self.attempt(operation, &body).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            match pauses.next() {
                Some(pause) if failed.is_transient => sleep(pause).await,
                _ => return Err(failed.cause),
            }
        }
    }

    async fn attempt<A: DeserializeOwned>(
        &self,
        operation: &str,
        body: &[u8],
    ) -> Result<A, Failed> {
        let request = self.signed(operation, body).map_err(Failed::for_good)?;
        match timeout(ATTEMPT, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(Failed {
                cause: format!(
                    "no answer from {} within {} s",
                    self.protocol.title,
                    ATTEMPT.as_secs()
                ),
                is_transient: true,
            }),
        }
    }

    async fn exchange<A: DeserializeOwned>(&self, request: HttpRequest) -> Result<A, Failed> {
        let answer = self.transport.send(request).await.map_err(Failed::lost)?;
        let status = answer.status().as_u16();
        let header = |name| answer.headers().get(name).map(str::to_owned);
        let (query_error, request_id) = (header("x-amzn-query-error"), header("x-amzn-requestid"));
        let body = ByteStream::new(answer.into_body()).collect().await;
        let body = body.map_err(Failed::lost)?.into_bytes();
        if status == 200 {
            return serde_json::from_slice(&body).map_err(Failed::lost);
        }
        let title = self.protocol.title;
        Err(refused(title, status, &body, query_error, request_id))
    }

    fn signed(&self, operation: &str, body: &[u8]) -> Result<HttpRequest, Error> {
        let target = format!("{}.{operation}", self.protocol.target);
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        let parameters = SigningParams::builder()
            .identity(&self.identity)
            .region(&self.region)
            .name(self.protocol.signing_name)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?;
        let body_to_sign = SignableBody::Bytes(body);
        let signable = SignableRequest::new("POST", &self.url, headers.into_iter(), body_to_sign)?;
        let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST")?;
        request.set_uri(self.url.as_str())?;
        for (name, value) in headers {
            request.headers_mut().try_insert(name, value.to_owned())?;
        }
        for (name, value) in instructions.headers() {
            request
                .headers_mut()
                .try_insert(name.to_owned(), value.to_owned())?;
        }
        Ok(request)
    }
}

impl Failed {
    fn for_good(error: impl fmt::Display) -> Self {
        Self {
            cause: error.to_string(),
            is_transient: false,
        }
    }

    /// The request or its answer did not come through.
    fn lost(error: impl std::error::Error + 'static) -> Self {
        Self {
            cause: causes(&error),
            is_transient: true,
        }
    }
}

/// What the service says against it. SQS's codes from before the JSON protocol, by which people search, stand in a
/// header of their own, as `AWS.SimpleQueueService.NonExistentQueue;Sender`.
fn refused(
    title: &str,
    status: u16,
    body: &[u8],
    query_error: Option<String>,
    request_id: Option<String>,
) -> Failed {
    let body: Option<ErrorBody> = serde_json::from_slice(body).ok();
    let (kind, message) = body.map_or((None, None), |body| (body.kind, body.message));
    let old = query_error
        .as_deref()
        .and_then(|text| text.split(';').next());
    let code = kind.as_deref().and_then(|kind| kind.rsplit('#').next());
    let is_transient = status >= 500
        || [old, code]
            .iter()
            .flatten()
            .any(|code| PASSING.contains(code));
    let mut cause = match old.or(code) {
        Some(code) => in_words(code, message.as_deref()),
        None => format!("{title} answered {status}"),
    };
    if let Some(id) = request_id {
        cause += &format!(" ({title} request id {id})");
    }
    Failed {
        cause,
        is_transient,
    }
}

/// An error as the service says it; a message need not be there.
pub(crate) fn in_words(code: &str, message: Option<&str>) -> String {
    match message {
        Some(message) => format!("{code}: {message}"),
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::refused;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        let of = |status, body: &str, query: Option<&str>| {
            refused(
                "SQS",
                status,
                body.as_bytes(),
                query.map(str::to_owned),
                None,
            )
        };
        let throttled = r#"{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow"}"#;
        assert!(of(400, throttled, None).is_transient);
        assert!(of(403, "{}", Some("KmsThrottled;Sender")).is_transient);
        assert!(of(503, "<html>", None).is_transient);
        let missing = r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}"#;
        let missing = of(
            400,
            missing,
            Some("AWS.SimpleQueueService.NonExistentQueue;Sender"),
        );
        assert!(!missing.is_transient);
        assert_eq!(
            missing.cause,
            "AWS.SimpleQueueService.NonExistentQueue: none"
        );
        assert_eq!(of(413, "", None).cause, "SQS answered 413");
    }
}
