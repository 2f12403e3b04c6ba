//! One set of clients for one account and region.

use super::pace::Pace;
use super::{AwsError, Identity};
use anyhow::{Context, Result, anyhow};
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::config::SharedAsyncSleep;
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// An upload of 50 MB over a slow line is the longest call there is.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(300);
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// How to reach AWS: what the command line says over the SDK's own chain.
#[derive(Clone, Debug, Default)]
pub struct Access {
    pub profile: Option<String>,
    pub region: Option<String>,
    /// The local AWS, instead of an account.
    pub local: Option<LocalAccess>,
    /// What API Gateway's quotas are multiplied with to get the pauses between calls; 0 is none.
    pub pace: f64,
}

/// Endpoint and key pair of the local AWS.
#[derive(Clone, Debug)]
pub struct LocalAccess {
    pub endpoint: String,
    pub access_key_id: String,
    pub secret_access_key: SecretString,
}

/// The clients, the caller and the region that one command works with.
pub struct Aws {
    pub apigateway: aws_sdk_apigateway::Client,
    pub iam: aws_sdk_iam::Client,
    pub lambda: aws_sdk_lambda::Client,
    pub logs: aws_sdk_cloudwatchlogs::Client,
    pub sqs: aws_sdk_sqs::Client,
    pub identity: Identity,
    pub region: String,
    /// Where API Gateway is reached if not at AWS's own address.
    pub endpoint: Option<String>,
    config: SdkConfig,
    pace: Pace,
}

impl Aws {
    /// Finds region and credentials and asks STS who they are.
    ///
    /// # Errors
    /// No region, no credentials, or credentials that AWS does not accept; each says what to do.
    pub async fn connect(access: &Access) -> Result<Self> {
        let config = load(access, http_client()).await;
        let region = config.region().map(ToString::to_string);
        let region = region.filter(|region| !region.is_empty());
        let region = region.context(NO_REGION)?;
        let region = crate::config::region(&region).map_err(|wrong| anyhow!(wrong))?;
        credentials(&config).await?;
        let identity = identify(&config).await?;
        let endpoint = config.endpoint_url().map(str::to_owned);
        let endpoint = std::env::var("AWS_ENDPOINT_URL_API_GATEWAY")
            .ok()
            .filter(|_| access.local.is_none())
            .or(endpoint);
        Ok(Self {
            endpoint,
            ..Self::new(config, identity, region, access.pace)
        })
    }

    fn new(config: SdkConfig, identity: Identity, region: String, pace: f64) -> Self {
        Self {
            apigateway: aws_sdk_apigateway::Client::new(&config),
            iam: aws_sdk_iam::Client::new(&config),
            lambda: aws_sdk_lambda::Client::new(&config),
            logs: aws_sdk_cloudwatchlogs::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            pace: Pace::new(pace),
            identity,
            region,
            endpoint: None,
            config,
        }
    }

    /// An account that nobody can reach, for tests of what makes calls.
    #[cfg(test)]
    pub fn offline(pace: f64) -> Self {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .build();
        let caller = "arn:aws:iam::123456789012:user/a".to_owned();
        let identity = Identity::new("123456789012".to_owned(), caller);
        Self::new(config, identity, "eu-west-1".to_owned(), pace)
    }

    /// The credentials that requests outside the SDK's clients are signed with.
    pub async fn credentials(&self) -> Result<Credentials> {
        credentials(&self.config).await
    }

    pub(super) fn sleep(&self) -> Option<SharedAsyncSleep> {
        self.config.sleep_impl()
    }

    /// A time that AWS takes, at this run's pace.
    pub fn scaled(&self, time: Duration) -> Duration {
        self.pace.scaled(time)
    }

    /// How long API Gateway's quotas ask to wait before `operation`; `None` is now.
    pub fn pace(&self, operation: &str) -> Option<Duration> {
        self.pace.wait_for(operation)
    }
}

const NO_REGION: &str =
    "no region is set: give --region, set AWS_REGION or the profile's region, or use --local";

const NO_CREDENTIALS: &str = "no AWS credentials were found. Looked in the environment (AWS_ACCESS_KEY_ID), \
     the profile (--profile or AWS_PROFILE, in ~/.aws; SSO after `aws sso login`), web identity, and the \
     container's or machine's role. To try gatewayq without an AWS account, add --local";

fn http_client() -> SharedHttpClient {
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    Builder::new().tls_provider(provider).build_https()
}

fn profile_region(access: &Access) -> ProfileFileRegionProvider {
    let mut provider = ProfileFileRegionProvider::builder();
    if let Some(profile) = &access.profile {
        provider = provider.profile_name(profile);
    }
    provider.build()
}

async fn load(access: &Access, http: SharedHttpClient) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT);
    // The engine alone retries: it reads before it tries a create again.
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts.build());
    if let Some(profile) = &access.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &access.region {
        loader = loader.region(Region::new(region.clone()));
    } else if std::env::var_os("AWS_REGION").is_some()
        || std::env::var_os("AWS_DEFAULT_REGION").is_some()
    {
        // Set and empty: the SDK would take the empty name and never ask the profile.
        loader = loader.region(profile_region(access));
    }
    if let Some(local) = &access.local {
        let secret = local.secret_access_key.expose_secret();
        let key = Credentials::from_keys(&local.access_key_id, secret, None);
        loader = loader
            .endpoint_url(&local.endpoint)
            .credentials_provider(key)
            // What the shell says of AWS proper does not count: no profile, no FIPS endpoint.
            .profile_files(
                EnvConfigFiles::builder()
                    .with_contents(EnvConfigFileKind::Config, "")
                    .build(),
            )
            .use_fips(false)
            .use_dual_stack(false);
    }
    let config = loader.load().await;
    match &access.profile {
        Some(profile) => with_profile(config, profile),
        None => config,
    }
}

/// A profile that is named counts more than the environment, as with the AWS CLI; the SDK's own
/// chain would ask the environment first.
fn with_profile(config: SdkConfig, profile: &str) -> SdkConfig {
    let sources = ProviderConfig::without_region().with_region(config.region().cloned());
    let named = ProfileFileCredentialsProvider::builder()
        .configure(&sources.with_http_client(http_client()))
        .profile_name(profile)
        .build();
    let named = SharedCredentialsProvider::new(named);
    config.into_builder().credentials_provider(named).build()
}

async fn credentials(config: &SdkConfig) -> Result<Credentials> {
    let provider = config.credentials_provider().context(NO_CREDENTIALS)?;
    let found = provider.provide_credentials().await;
    found.map_err(|error| match &error {
        CredentialsError::CredentialsNotLoaded(_) => anyhow!(NO_CREDENTIALS),
        // The last of the chain is the machine's own role: what it answers matters only there.
        _ => anyhow!(
            "{NO_CREDENTIALS}\n  The last that was asked answered: {}",
            super::causes(&error)
        ),
    })
}

async fn identify(config: &SdkConfig) -> Result<Identity> {
    // The only call before the engine runs, harmless to repeat: the SDK may retry it.
    let patient = aws_sdk_sts::config::Builder::from(config)
        .retry_config(RetryConfig::standard().with_max_attempts(5));
    let sts = aws_sdk_sts::Client::from_conf(patient.build());
    let answer = sts.get_caller_identity().send().await;
    let answer = answer.map_err(|error| AwsError::from_sdk("GetCallerIdentity", error));
    let answer = answer.context("AWS did not say whose credentials these are")?;
    Ok(Identity::new(
        answer
            .account
            .context("GetCallerIdentity answered without an account")?,
        answer.arn.unwrap_or_default(),
    ))
}
