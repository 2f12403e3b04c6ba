//! How to reach AWS: what the command line says over the SDK's own chain.

use super::kept::Kept;
use super::profiles::Profiles;
use super::transport::Transport;
use crate::region;
use anyhow::{Context, Result};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
#[cfg(test)]
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector, http_client_fn};
use aws_smithy_types::retry::RetryConfig;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// An upload of 50 MB over a slow line is the longest call there is.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(300);
const READ_TIMEOUT: Duration = Duration::from_secs(60);

const NO_REGION: &str =
    "no region is set: give --region, set AWS_REGION or the profile's region, or use --local";

#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    pub profile: Option<String>,
    pub region: Option<String>,
    /// The local AWS, instead of an account.
    pub local: Option<LocalAccess>,
    /// What API Gateway's quotas are multiplied with to get the pauses between calls; 0 is none.
    pub pace: f64,
}

/// Endpoint and key pair of the local AWS.
#[derive(Clone, Debug)]
pub(crate) struct LocalAccess {
    pub endpoint: String,
    pub access_key_id: String,
    pub secret_access_key: SecretString,
}

/// The SDK's configuration with all that was looked up for it.
#[derive(Clone)]
pub(super) struct Configured {
    pub sdk: SdkConfig,
    pub region: String,
    pub transport: Transport,
    /// The profile files; none are read for the local AWS.
    pub profiles: Option<Profiles>,
}

impl Configured {
    /// Nobody's credentials, for what reaches nobody.
    pub(crate) fn offline(region: &str) -> Self {
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()));
        Self {
            sdk: sdk.build(),
            region: region.to_owned(),
            transport: Transport::direct(),
            profiles: None,
        }
    }

    /// For tests: the same with a connector that answers all requests, the SDK's and those signed beside it, and
    /// with credentials to sign them.
    #[cfg(test)]
    pub(crate) fn answered_by(mut self, answers: impl HttpConnector + 'static) -> Self {
        let answers = SharedHttpConnector::new(answers);
        self.transport = Transport::answered_by(answers.clone());
        let keys = Credentials::from_keys("AKIAIOSFODNN7EXAMPLE", "secret", None);
        let client = http_client_fn(move |_, _| answers.clone());
        let sdk = self.sdk.into_builder().http_client(client);
        let sdk = sdk.credentials_provider(SharedCredentialsProvider::new(keys));
        self.sdk = sdk.retry_config(RetryConfig::disabled()).build();
        self
    }
}

impl Access {
    /// Reads environment and profiles; asks nobody.
    ///
    /// # Errors
    /// A proxy or certificates that cannot be used, a profile that does not exist, no region or
    /// one that is none.
    pub(super) async fn configure(&self) -> Result<Configured> {
        let (transport, profiles) = match &self.local {
            Some(_) => (Transport::direct(), None),
            None => {
                let profiles = Profiles::load(self.profile.as_deref()).await?;
                (Transport::from_environment(&profiles)?, Some(profiles))
            }
        };
        let sdk = keeping(self.load(&transport).await);
        let region = sdk.region().context(NO_REGION)?.to_string();
        region::check(&region)?;
        Ok(Configured {
            sdk,
            region,
            transport,
            profiles,
        })
    }

    async fn load(&self, transport: &Transport) -> SdkConfig {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT);
        // The engine alone retries: it reads before it tries a create again.
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(transport.client())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts.build());
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(local) = &self.local {
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
        match &self.profile {
            Some(profile) => with_profile(config, transport, profile),
            None => config,
        }
    }
}

/// The same with credentials that are asked for once, by the SDK's clients and by all others.
fn keeping(config: SdkConfig) -> SdkConfig {
    let Some(source) = config.credentials_provider() else {
        return config;
    };
    let kept = SharedCredentialsProvider::new(Kept::of(source));
    config.into_builder().credentials_provider(kept).build()
}

/// A profile that is named counts more than the environment, as with the AWS CLI; the SDK's own
/// chain would ask the environment first.
fn with_profile(config: SdkConfig, transport: &Transport, profile: &str) -> SdkConfig {
    let sources = ProviderConfig::without_region().with_region(config.region().cloned());
    let named = ProfileFileCredentialsProvider::builder()
        .configure(&sources.with_http_client(transport.client()))
        .profile_name(profile)
        .build();
    let named = SharedCredentialsProvider::new(named);
    config.into_builder().credentials_provider(named).build()
}
