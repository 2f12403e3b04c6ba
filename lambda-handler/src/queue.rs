//! The queue: one message or a batch to SQS, with the cause in words when it is not accepted.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{
    BehaviorVersion, Config, IdentityCache, Region, StalledStreamProtectionConfig,
};
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::operation::RequestId;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use lambda_handler::Message;

/// How long one attempt may take before it counts as lost. SQS answers within tens of
/// milliseconds; the rest is room for a full batch on a small function.
const ATTEMPT: Duration = Duration::from_secs(3);

/// How long the connection may take.
const CONNECT: Duration = Duration::from_secs(1);

/// The most attempts of one call. A repeat is safe: the deduplication id makes it one message.
const ATTEMPTS: u32 = 5;

/// Region, credentials and address.
pub(crate) struct Connection {
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    pub endpoint_url: Option<String>,
}

/// One queue.
pub(crate) struct Queue {
    client: Client,
    url: String,
}

/// What SQS said to the messages of a batch, by their place.
#[derive(Debug, Default)]
pub(crate) struct BatchResult {
    /// Those that are on the queue.
    pub accepted: Vec<usize>,
    /// Why another one is not, and whether a repeat can help.
    pub failure: Option<Failure>,
}

/// Why SQS did not accept a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    /// The cause, for the log.
    pub cause: String,
    /// False where SQS blames the message itself.
    pub is_transient: bool,
}

impl Queue {
    /// Prepares the client; nothing is sent yet.
    #[must_use]
    pub(crate) fn new(url: String, connection: Connection) -> Self {
        Self {
            client: Client::from_conf(config(connection)),
            url,
        }
    }

    /// Sends one message. The SDK repeats what is transient (throttling, 5xx, cut or unanswered
    /// connections), with growing pauses.
    ///
    /// # Errors
    /// The cause in words for the log.
    pub(crate) async fn send(&self, message: &Message) -> Result<(), String> {
        let call = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_body(&message.body)
            .message_group_id(&message.group_id)
            .message_deduplication_id(&message.deduplication_id);
        let output = call.send().await.map_err(|error| describe(&error))?;
        match output.message_id() {
            Some(_) => Ok(()),
            None => Err("SQS answered without a message id".to_owned()),
        }
    }

    /// Sends up to ten messages in one call.
    pub(crate) async fn send_batch(&self, messages: &[&Message]) -> BatchResult {
        let entries = match entries(messages) {
            Ok(entries) => entries,
            Err(cause) => return BatchResult::lost(cause),
        };
        let call = self.client.send_message_batch().queue_url(&self.url);
        match call.set_entries(Some(entries)).send().await {
            Ok(output) => read(&output, messages.len()),
            Err(error) => BatchResult::lost(describe(&error)),
        }
    }
}

impl BatchResult {
    /// Nothing is known to be on the queue. The SDK has repeated the call already.
    fn lost(cause: String) -> Self {
        Self {
            accepted: Vec::new(),
            failure: Some(Failure {
                cause,
                is_transient: false,
            }),
        }
    }
}

fn config(connection: Connection) -> Config {
    let credentials = Credentials::from_keys(
        connection.access_key_id,
        connection.secret_access_key,
        connection.session_token,
    );
    let http_client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let builder = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(connection.region))
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::no_cache())
        .http_client(http_client)
        .retry_config(retries())
        .timeout_config(timeouts())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    match connection.endpoint_url {
        Some(url) => builder.endpoint_url(url).build(),
        None => builder.build(),
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_secs(1))
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build()
}

fn entries(messages: &[&Message]) -> Result<Vec<SendMessageBatchRequestEntry>, String> {
    let entry = |(index, message): (usize, &&Message)| {
        SendMessageBatchRequestEntry::builder()
            .id(index.to_string())
            .message_body(&message.body)
            .message_group_id(&message.group_id)
            .message_deduplication_id(&message.deduplication_id)
            .build()
            .map_err(|error| error.to_string())
    };
    messages.iter().enumerate().map(entry).collect()
}

/// A message that SQS names in neither list counts as not accepted.
fn read(output: &SendMessageBatchOutput, count: usize) -> BatchResult {
    let accepted: Vec<usize> = output
        .successful()
        .iter()
        .filter_map(|entry| entry.id().parse().ok())
        .collect();
    let failures: Vec<_> = output.failed().iter().collect();
    let failure = match failures.first() {
        Some(first) => Some(Failure {
            cause: in_words(first.code(), first.message()),
            is_transient: failures.iter().all(|entry| !entry.sender_fault()),
        }),
        None if accepted.len() < count => Some(Failure {
            cause: "SQS did not mention every message of the batch".to_owned(),
            is_transient: true,
        }),
        None => None,
    };
    BatchResult { accepted, failure }
}

/// An error as SQS says it; a message need not be there.
fn in_words(code: &str, message: Option<&str>) -> String {
    match message {
        Some(message) => format!("{code}: {message}"),
        None => code.to_owned(),
    }
}

/// The cause: SQS's own code, words and request id, or what went wrong on the way.
fn describe<E>(error: &SdkError<E>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    if let (Some(code), SdkError::ServiceError(_)) = (error.code(), error) {
        let words = in_words(code, error.message());
        return match error.request_id() {
            Some(id) => format!("{words} (SQS request id {id})"),
            None => words,
        };
    }
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        words = format!("{words}: {inner}");
        source = inner.source();
    }
    words
}
