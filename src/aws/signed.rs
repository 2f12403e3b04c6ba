//! Requests that no SDK client makes: sent as they are, with a signature (SigV4) or without.

use super::Access;
use super::access::Configured;
use anyhow::{Context, Result};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use std::time::{Duration, SystemTime};

/// API Gateway answers within 29 s; a little more for the way.
const TIMEOUT: Duration = Duration::from_secs(40);

/// A request to be sent.
#[derive(Clone)]
pub(crate) struct Request {
    pub method: String,
    pub url: String,
    /// Signed along with the rest, where it is signed.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What came back.
pub(crate) struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Nobody answered, or the answer broke off: what may pass.
#[derive(Debug, thiserror::Error)]
#[error("no answer{route}: {cause}")]
pub(crate) struct NoAnswer {
    /// The proxy, where there is one.
    route: String,
    cause: String,
}

impl Response {
    /// A header's value, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Credentials, region and the way to the network: all that a signed request needs.
#[derive(Clone)]
pub(crate) struct Signer(Configured);

impl Signer {
    pub(super) fn new(configured: Configured) -> Self {
        Self(configured)
    }

    /// Finds region and credentials; asks nobody whose they are.
    ///
    /// # Errors
    /// As for [`super::Aws::connect`], but that AWS does not accept them shows later.
    pub(crate) async fn open(access: &Access) -> Result<Self> {
        let configured = access.configure().await?;
        configured.credentials().await?;
        Ok(Self(configured))
    }

    /// The same for requests that need no signature: there may be no credentials.
    ///
    /// # Errors
    /// A configuration of AWS that cannot be read, or no region.
    pub(crate) async fn without_credentials(access: &Access) -> Result<Self> {
        Ok(Self(access.configure().await?))
    }

    pub(super) async fn credentials(&self) -> Result<Credentials> {
        self.0.credentials().await
    }

    /// Asks STS whose the credentials are.
    ///
    /// # Errors
    /// AWS does not accept them.
    pub(super) async fn identify(&self) -> Result<()> {
        self.0.identify(&|_| ()).await.map(drop)
    }

    /// Signs `request` for `service` and sends it.
    ///
    /// # Errors
    /// No credentials, a URL that is none, or no answer within 40 s.
    pub(crate) async fn send(&self, service: &str, request: Request) -> Result<Response> {
        let signed = self.sign(service, request).await?;
        self.deliver(signed).await
    }

    /// Sends `request` without a signature.
    ///
    /// # Errors
    /// A URL that is none, or no answer within 40 s.
    pub(crate) async fn send_unsigned(&self, request: Request) -> Result<Response> {
        self.deliver(built(request)?).await
    }

    async fn deliver(&self, request: http::Request<SdkBody>) -> Result<Response> {
        let request = HttpRequest::try_from(request)?;
        let answer = self.connector().call(request).await;
        let answer = answer.map_err(|error| self.no_answer(&error))?;
        let status = answer.status().as_u16();
        let pairs = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = pairs.collect();
        let body = aws_smithy_types::byte_stream::ByteStream::new(answer.into_body())
            .collect()
            .await
            .map_err(|error| self.no_answer(&error))?;
        Ok(Response {
            status,
            headers,
            body: body.to_vec(),
        })
    }

    fn no_answer(&self, error: &dyn std::error::Error) -> NoAnswer {
        NoAnswer {
            route: self.0.transport.told(),
            cause: super::causes(error),
        }
    }

    fn connector(&self) -> SharedHttpConnector {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(TIMEOUT);
        let transport = &self.0.transport;
        transport.own_connector(settings.build(), self.0.sdk.sleep_impl())
    }

    async fn sign(&self, service: &str, request: Request) -> Result<http::Request<SdkBody>> {
        let identity = self.credentials().await?.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.0.region)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?;
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let signable = SignableRequest::new(
            &request.method,
            &request.url,
            headers,
            SignableBody::Bytes(&request.body),
        )?;
        let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
        let mut built = built(request)?;
        instructions.apply_to_request_http1x(&mut built);
        Ok(built)
    }
}

fn built(request: Request) -> Result<http::Request<SdkBody>> {
    let mut built = http::Request::builder()
        .method(request.method.as_str())
        .uri(&request.url);
    for (name, value) in &request.headers {
        built = built.header(name, value);
    }
    built
        .body(SdkBody::from(request.body))
        .context("the request cannot be sent")
}
