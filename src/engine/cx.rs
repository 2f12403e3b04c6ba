//! What calls to AWS are made with: the clients, and one place that paces, reports and classifies.

use super::retry::{Budget, Stop};
use super::{Error, Event, EventSink, MaxWait};
use crate::aws::{Aws, AwsError, JsonService};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::Value;
use std::any::type_name;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A pause of API Gateway's pacing that is long enough to report.
const TOLD: Duration = Duration::from_secs(1);

/// What one command's whole run shares.
#[derive(Clone)]
pub(crate) struct Runtime {
    pub aws: Arc<Aws>,
    pub events: EventSink,
    /// Cancelled by the first Ctrl-C: what runs is finished, nothing new starts.
    pub cancel: CancellationToken,
    /// The longest that one resource waits for AWS.
    pub max_wait: MaxWait,
}

impl Runtime {
    /// Calls in the name of `what`, `queue penguin.fifo` or `API keys`, with a budget of their own.
    pub(crate) fn cx(&self, what: impl Into<String>) -> Cx {
        Cx {
            budget: Arc::new(Budget::new(self.max_wait, self.cancel.clone())),
            runtime: self.clone(),
            what: what.into(),
        }
    }
}

/// The clients, and the run that calls are made in. Clones share one retry budget.
#[derive(Clone)]
pub(crate) struct Cx {
    runtime: Runtime,
    what: String,
    budget: Arc<Budget>,
}

impl Deref for Cx {
    type Target = Aws;

    fn deref(&self) -> &Aws {
        &self.runtime.aws
    }
}

impl Cx {
    /// Makes one AWS call: paced where the service is API Gateway, reported, and with its error
    /// classified.
    ///
    /// # Errors
    /// What AWS answers; Ctrl-C, or the end of the budget, while the call waits for its turn.
    pub(crate) async fn call<T, E>(
        &self,
        operation: &'static str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<T, Error>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        if is_apigateway::<E>() {
            self.wait_for_turn(operation).await?;
        }
        let answer = async {
            Box::pin(request)
                .await
                .map_err(|error| AwsError::from_sdk(operation, error))
        };
        self.tell(operation, answer).await
    }

    /// Calls a service that has no client, and reports it as any other call.
    ///
    /// # Errors
    /// What AWS answers.
    pub(crate) async fn json_call(
        &self,
        service: JsonService,
        operation: &'static str,
        input: Value,
    ) -> Result<Value, Error> {
        let call = self.runtime.aws.json_call(service, operation, input);
        self.tell(operation, call).await
    }

    async fn tell<T>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, AwsError>> + Send,
    ) -> Result<T, Error> {
        let started = Instant::now();
        let answer = call.await;
        self.send(Event::Call {
            operation,
            elapsed: started.elapsed(),
            error: answer.as_ref().err().map(AwsError::answer),
        });
        if answer.as_ref().is_err_and(AwsError::refuses_credentials) {
            self.runtime.aws.forget_caller();
        }
        if answer.is_ok() && !is_read(operation) {
            self.budget.progress();
        }
        Ok(answer?)
    }

    /// API Gateway's control plane has quotas that cannot be raised: a call waits for its turn.
    async fn wait_for_turn(&self, operation: &'static str) -> Result<(), Error> {
        while let Some(pause) = self.runtime.aws.pace(operation) {
            if pause >= TOLD {
                self.waiting("API Gateway's rate limit");
            }
            self.budget.pause(pause).await.map_err(|stop| match stop {
                Stop::Cancelled => Error::Cancelled,
                Stop::Exhausted => Error::Failed(format!(
                    "API Gateway's rate limit asks for {} s before {operation}, and that is more than \
                     GATEWAYQ_MAX_WAIT leaves",
                    pause.as_secs_f64().ceil()
                )),
            })?;
        }
        Ok(())
    }

    /// Reports what is being waited for.
    pub(super) fn waiting(&self, why: &str) {
        self.send(Event::Waiting {
            what: self.what.clone(),
            why: why.to_owned(),
        });
    }

    pub(crate) fn send(&self, event: Event) {
        (self.runtime.events)(event);
    }

    pub(super) fn what(&self) -> &str {
        &self.what
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Waits for what takes AWS some time after every answer, as long as AWS takes: a local AWS, and
    /// a test, has no such times and sets the pace to 0.
    ///
    /// # Errors
    /// [`Error::Cancelled`] after a Ctrl-C.
    pub(crate) async fn wait_for_spreading(&self, why: &str, time: Duration) -> Result<(), Error> {
        let pause = self.runtime.aws.scaled(time);
        if pause.is_zero() {
            return Ok(());
        }
        self.waiting(why);
        self.pause(pause).await
    }

    /// Sleeps at the cost of the budget, but not through a Ctrl-C.
    ///
    /// # Errors
    /// [`Error::Cancelled`] at once when one comes.
    pub(super) async fn pause(&self, pause: Duration) -> Result<(), Error> {
        match self.budget.pause(pause.min(self.budget.left())).await {
            Ok(()) | Err(Stop::Exhausted) => Ok(()),
            Err(Stop::Cancelled) => Err(Error::Cancelled),
        }
    }

    /// # Errors
    /// [`Error::Cancelled`] after a Ctrl-C.
    pub(super) fn go_on(&self) -> Result<(), Error> {
        match self.runtime.cancel.is_cancelled() {
            true => Err(Error::Cancelled),
            false => Ok(()),
        }
    }
}

/// Each operation's error is a type of its service's crate. The author of a call cannot forget, nor
/// get wrong, what this reads off.
fn is_apigateway<E>() -> bool {
    type_name::<E>().starts_with("aws_sdk_apigateway::")
}

/// Whether an operation only looks, by AWS's names for those that do.
fn is_read(operation: &str) -> bool {
    let verbs = ["Get", "List", "Describe", "Filter", "Simulate"];
    verbs.iter().any(|verb| operation.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_follows_from_the_operations_error() {
        use aws_sdk_apigateway::operation::tag_resource::TagResourceError as OfApiGateway;
        use aws_sdk_lambda::operation::tag_resource::TagResourceError as OfLambda;
        assert!(is_apigateway::<OfApiGateway>());
        assert!(!is_apigateway::<OfLambda>());
    }
}
