//! One set of clients for one account and region.

use super::access::Configured;
use super::bulk::Bulk;
use super::endpoint::{self, ControlPlane};
use super::pace::Pace;
use super::remembered::Remembered;
use super::{Access, Identity, Request, Response, Signer};
use anyhow::Result;
use aws_credential_types::Credentials;
#[cfg(test)]
use aws_smithy_runtime_api::client::http::HttpConnector;
use std::time::Duration;

/// The clients, the caller and the region that one command works with.
pub(crate) struct Aws {
    pub apigateway: aws_sdk_apigateway::Client,
    pub iam: aws_sdk_iam::Client,
    pub lambda: aws_sdk_lambda::Client,
    pub logs: aws_sdk_cloudwatchlogs::Client,
    pub sqs: aws_sdk_sqs::Client,
    pub identity: Identity,
    pub region: String,
    /// Where an emulator answers; `None` on AWS, also by an endpoint of AWS's own.
    pub endpoint: Option<String>,
    pub(super) control_plane: String,
    /// Where CloudWatch is reached, without a slash at its end.
    pub(super) cloudwatch: String,
    /// The same for DynamoDB.
    pub(super) dynamodb: String,
    /// Whether PutRestApi is asked for.
    pub bulk: Bulk,
    signer: Signer,
    pace: Pace,
    /// Where STS's answer is kept for the next command.
    remembered: Option<Remembered>,
    /// Whether STS has answered this very command.
    confirmed: bool,
}

/// Whose the credentials are, and where that is remembered.
struct Caller {
    identity: Identity,
    remembered: Option<Remembered>,
    confirmed: bool,
}

impl Caller {
    /// What is remembered, else what STS says.
    async fn find(
        configured: &Configured,
        remembered: Option<Remembered>,
        say: &(dyn Fn(&str) + Sync),
    ) -> Result<Self> {
        if let Some(identity) = remembered.as_ref().and_then(Remembered::load) {
            return Ok(Self {
                identity,
                remembered,
                confirmed: false,
            });
        }
        let identity = configured.identify(say).await?;
        if let Some(place) = &remembered {
            place.keep(&identity);
        }
        Ok(Self {
            identity,
            remembered,
            confirmed: true,
        })
    }
}

impl Aws {
    /// Finds region and credentials, and asks STS whose they are unless that is remembered. What takes a while is told to `say`.
    ///
    /// # Errors
    /// No region, no credentials, or credentials that AWS does not accept; each says what to do.
    pub(crate) async fn connect(access: &Access, say: &(dyn Fn(&str) + Sync)) -> Result<Self> {
        let configured = access.configure().await?;
        let credentials = configured.credentials().await?;
        let remembered = match endpoint::asks_aws(&configured, access) {
            true => Remembered::of(&credentials),
            false => None,
        };
        let caller = Caller::find(&configured, remembered, say).await?;
        let place = ControlPlane::find(&configured, access, &caller.identity).await;
        Ok(Self::new(configured, caller, place, access.pace))
    }

    fn new(configured: Configured, caller: Caller, place: ControlPlane, pace: f64) -> Self {
        let sdk = &configured.sdk;
        Self {
            apigateway: aws_sdk_apigateway::Client::new(sdk),
            iam: aws_sdk_iam::Client::new(sdk),
            lambda: aws_sdk_lambda::Client::new(sdk),
            logs: aws_sdk_cloudwatchlogs::Client::new(sdk),
            sqs: aws_sdk_sqs::Client::new(sdk),
            bulk: Bulk::default(),
            pace: Pace::new(pace),
            identity: caller.identity,
            remembered: caller.remembered,
            confirmed: caller.confirmed,
            region: configured.region.clone(),
            endpoint: place.emulator.then(|| place.url.clone()),
            control_plane: place.url,
            cloudwatch: place.cloudwatch,
            dynamodb: place.dynamodb,
            signer: Signer::new(configured),
        }
    }

    /// An account that nobody asks anything: what a stack is to be can be described with it.
    pub(crate) fn unasked(identity: Identity, region: String) -> Self {
        let caller = Caller {
            identity,
            remembered: None,
            confirmed: true,
        };
        // No request is ever made in it.
        let mut aws = Self::unreached(caller, Configured::offline("us-east-1"), 0.0);
        aws.region = region;
        aws
    }

    /// An account that nobody can reach, for tests of what makes calls.
    #[cfg(test)]
    pub(crate) fn offline(pace: f64) -> Self {
        Self::of_tests("123456789012", Configured::offline("eu-west-1"), pace)
    }

    /// An account whose services are answered for. Its times are too short to be noticed, but there are some.
    #[cfg(test)]
    pub(crate) fn answered_by(account: &str, answers: impl HttpConnector + 'static) -> Self {
        let configured = Configured::offline("eu-west-1").answered_by(answers);
        Self::of_tests(account, configured, 1e-9)
    }

    #[cfg(test)]
    fn of_tests(account: &str, configured: Configured, pace: f64) -> Self {
        let caller = format!("arn:aws:iam::{account}:user/a");
        let caller = Caller {
            identity: Identity::new(account.to_owned(), caller),
            remembered: None,
            confirmed: true,
        };
        Self::unreached(caller, configured, pace)
    }

    fn unreached(caller: Caller, configured: Configured, pace: f64) -> Self {
        let place = ControlPlane {
            url: "https://apigateway.eu-west-1.amazonaws.com".to_owned(),
            cloudwatch: "https://monitoring.eu-west-1.amazonaws.com".to_owned(),
            dynamodb: "https://dynamodb.eu-west-1.amazonaws.com".to_owned(),
            emulator: false,
        };
        Self::new(configured, caller, place, pace)
    }

    /// AWS refuses the credentials that it knew: the next command asks STS, which says why.
    pub(crate) fn forget_caller(&self) {
        self.remembered.iter().for_each(Remembered::forget);
    }

    /// Asks STS where this command has not, whatever is remembered.
    ///
    /// # Errors
    /// Credentials that AWS does not accept; it says what to do.
    pub(crate) async fn confirm_caller(&self) -> Result<()> {
        match self.confirmed {
            true => Ok(()),
            false => self.signer.identify().await,
        }
    }

    /// The credentials that requests outside the SDK's clients are signed with.
    pub(crate) async fn credentials(&self) -> Result<Credentials> {
        self.signer.credentials().await
    }

    /// Signs `request` for `service` with the caller's credentials and sends it.
    ///
    /// # Errors
    /// No credentials, a URL that is none, or no answer in time.
    pub(crate) async fn send_signed(&self, service: &str, request: Request) -> Result<Response> {
        self.signer.send(service, request).await
    }

    /// What signs and sends, without the clients.
    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    /// A time that AWS takes, at this run's pace.
    pub(crate) fn scaled(&self, time: Duration) -> Duration {
        self.pace.scaled(time)
    }

    /// How long API Gateway's quotas ask to wait before `operation`; `None` is now.
    pub(crate) fn pace(&self, operation: &str) -> Option<Duration> {
        self.pace.wait_for(operation)
    }
}
