//! The way to SQS and DynamoDB: connections that are kept, over TLS that trusts AWS.

use std::cell::OnceCell;
use std::error::Error as StdError;
use std::time::Duration;

use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;

/// How long the connection may take.
const CONNECT: Duration = Duration::from_secs(1);

/// Reading all authorities that the system trusts would be most of a cold start. AWS's certificates lead to
/// these few (AWS General Reference, "Amazon Trust Services"); where one does not, as in a partition with other
/// authorities, the system's are read after all.
const AMAZON: &[u8] = include_bytes!("amazon-roots.pem");

/// What rustls says of a certificate that leads to no authority it knows.
const UNKNOWN: &str = "UnknownIssuer";

/// Why the function cannot be set up.
pub(crate) type Error = Box<dyn StdError + Send + Sync>;

pub(crate) struct Transport {
    amazon: Connector,
    /// In use once a server was not known by `amazon`.
    system: OnceCell<Connector>,
}

impl Transport {
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// The TLS library refuses its configuration.
    pub(crate) fn new() -> Result<Self, Error> {
        let roots = TrustStore::empty().with_pem_certificate(AMAZON);
        Ok(Self {
            amazon: connector(roots)?,
            system: OnceCell::new(),
        })
    }

    /// Sends one request.
    ///
    /// # Errors
    /// There was no answer.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        if let Some(system) = self.system.get() {
            return system.call(request).await;
        }
        let again = request.try_clone();
        match (self.amazon.call(request).await, again) {
            (Err(error), Some(again)) if causes(&error).contains(UNKNOWN) => {
                let Ok(system) = connector(TrustStore::default()) else {
                    return Err(error);
                };
                self.system.get_or_init(|| system).call(again).await
            }
            (answer, _) => answer,
        }
    }
}

fn connector(roots: TrustStore) -> Result<Connector, Error> {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT);
    let tls = TlsContext::builder().with_trust_store(roots).build()?;
    let connector = Connector::builder()
        .connector_settings(settings.build())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls);
    Ok(connector.build())
}

/// An error with all that caused it.
pub(crate) fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        words = format!("{words}: {inner}");
        source = inner.source();
    }
    words
}
