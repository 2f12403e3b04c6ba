//! Credentials: where they come from, whose they are, and what to do where there are none.

use super::access::Configured;
use super::{AwsError, Identity, Kind, causes};
use anyhow::{Context, Result, anyhow};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_types::retry::RetryConfig;
use std::time::Duration;

const NO_CREDENTIALS: &str = "no AWS credentials were found. Looked in the environment (AWS_ACCESS_KEY_ID), \
     the profile (--profile or AWS_PROFILE, in ~/.aws; after `aws login` or `aws sso login`), web identity, \
     and the container's or machine's role. To try gatewayq without an AWS account, add --local";

/// IAM needs some seconds to make an access key known everywhere (IAM user guide, "Changes that
/// I make are not always immediately visible").
const NEW_KEY: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(4),
];

impl Configured {
    /// The credentials that requests are signed with.
    ///
    /// # Errors
    /// There are none; the error says why, as far as can be known, and what to do.
    pub(crate) async fn credentials(&self) -> Result<Credentials> {
        let provider = self.sdk.credentials_provider().context(NO_CREDENTIALS)?;
        let found = provider.provide_credentials().await;
        found.map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &CredentialsError) -> anyhow::Error {
        let answer = causes(error);
        if let Some(why) = self.profiles.as_ref().and_then(|set| set.why_none()) {
            return anyhow!("{why}\n  The AWS SDK says: {answer}");
        }
        match error {
            CredentialsError::CredentialsNotLoaded(_) => anyhow!(NO_CREDENTIALS),
            // The last of the chain is the machine's own role: what it answers matters only there.
            _ => anyhow!("{NO_CREDENTIALS}\n  The last that was asked answered: {answer}"),
        }
    }

    /// Asks STS whose credentials these are. An access key that AWS does not know is asked for
    /// some seconds long, with a word to `say`: it may be brand-new.
    pub(crate) async fn identify(&self, say: &(dyn Fn(&str) + Sync)) -> Result<Identity> {
        let mut pauses = NEW_KEY.iter();
        loop {
            let error = match self.ask().await {
                Ok(identity) => return Ok(identity),
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) if unknown_key(&error) => {
                    say("AWS does not know this access key yet: asking again");
                    tokio::time::sleep(*pause).await;
                }
                _ => {
                    let told = format!("{error}{}{}", self.transport.told(), self.help(&error));
                    return Err(anyhow!(told))
                        .context("AWS did not say whose credentials these are");
                }
            }
        }
    }

    async fn ask(&self) -> Result<Identity, AwsError> {
        // The only call before the engine runs, harmless to repeat: the SDK may retry it.
        let patient = aws_sdk_sts::config::Builder::from(&self.sdk)
            .retry_config(RetryConfig::standard().with_max_attempts(5));
        let sts = aws_sdk_sts::Client::from_conf(patient.build());
        let answer = sts.get_caller_identity().send().await;
        let answer = answer.map_err(|error| AwsError::from_sdk("GetCallerIdentity", error))?;
        match (answer.account, answer.arn) {
            (Some(account), Some(arn)) => Ok(Identity::new(account, arn)),
            // Names and ARNs without an account would be made, and fail far from here.
            _ => Err(AwsError {
                operation: "GetCallerIdentity",
                kind: Kind::Fatal,
                code: String::new(),
                message: "the answer names no account".to_owned(),
            }),
        }
    }

    /// What to do about STS's refusal.
    fn help(&self, error: &AwsError) -> String {
        let sign_in = || {
            let why = self.profiles.as_ref().and_then(|set| set.why_none());
            why.unwrap_or_else(|| "they are temporary, and ran out: get new ones".to_owned())
        };
        let help = match error.code.as_str() {
            _ if unknown_key(error) => {
                "AWS knows no such access key: it was deleted or mistyped, or it is one of another \
                 partition (China, GovCloud); temporary keys need AWS_SESSION_TOKEN too"
                    .to_owned()
            }
            "ExpiredToken" | "ExpiredTokenException" => sign_in(),
            "SignatureDoesNotMatch" => {
                "the secret access key does not belong to the access key, or this machine's clock is wrong"
                    .to_owned()
            }
            _ => return String::new(),
        };
        format!("\n  {help}")
    }
}

fn unknown_key(error: &AwsError) -> bool {
    error.code == "InvalidClientTokenId"
}
