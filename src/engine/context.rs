//! What a resource is given to work with.

use super::{Error, Event, EventSink, MaxWait, NodeId};
use crate::aws::{Aws, AwsError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Set by the first Ctrl-C: what runs is finished, nothing new starts.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    set: AtomicBool,
    waiting: Notify,
}

impl Cancel {
    pub fn set(&self) {
        self.0.set.store(true, Ordering::SeqCst);
        self.0.waiting.notify_waiters();
    }

    pub fn is_set(&self) -> bool {
        self.0.set.load(Ordering::SeqCst)
    }

    /// Returns once it is set.
    pub async fn reached(&self) {
        // Made before the look: a notification in between is not lost.
        let notified = self.0.waiting.notified();
        if !self.is_set() {
            notified.await;
        }
    }
}

/// What one command's whole run shares.
#[derive(Clone)]
pub struct Runtime {
    pub aws: Arc<Aws>,
    pub events: EventSink,
    pub cancel: Cancel,
    /// The longest that one resource waits for AWS.
    pub max_wait: MaxWait,
}

impl Runtime {
    /// The context of one node's work.
    pub fn at(&self, node: NodeId, what: String) -> Cx {
        Cx {
            runtime: self.clone(),
            node,
            what,
        }
    }
}

/// The run, seen from one resource.
#[derive(Clone)]
pub struct Cx {
    runtime: Runtime,
    node: NodeId,
    what: String,
}

impl Deref for Cx {
    type Target = Aws;

    fn deref(&self) -> &Aws {
        &self.runtime.aws
    }
}

impl Cx {
    /// Makes one AWS call: paced, told, and with its error sorted.
    pub async fn call<T, E>(
        &self,
        operation: &'static str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<T, AwsError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let started = Instant::now();
        let answer = Box::pin(request).await;
        let answer = answer.map_err(|error| AwsError::from_sdk(operation, error));
        let error = answer.as_ref().err().map(AwsError::answer);
        (self.runtime.events)(Event::Call {
            operation,
            elapsed: started.elapsed(),
            error,
        });
        answer
    }

    /// The same for API Gateway's control plane, within its quotas.
    pub async fn paced<T, E>(
        &self,
        operation: &'static str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<T, AwsError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        while let Some(pause) = self.runtime.aws.pace(operation) {
            if pause >= Duration::from_secs(1) {
                self.waiting("API Gateway's rate limit", pause);
            }
            tokio::time::sleep(pause).await;
        }
        self.call(operation, request).await
    }

    /// Tells the user what is being waited for.
    pub fn waiting(&self, why: &str, pause: Duration) {
        let (node, what, why) = (self.node, self.what.clone(), why.to_owned());
        (self.runtime.events)(Event::Waiting {
            node,
            what,
            why,
            pause,
        });
    }

    pub fn send(&self, event: Event) {
        (self.runtime.events)(event);
    }

    pub fn node(&self) -> NodeId {
        self.node
    }

    pub fn what(&self) -> &str {
        &self.what
    }

    pub fn max_wait(&self) -> MaxWait {
        self.runtime.max_wait
    }

    /// Sleeps, but not through a Ctrl-C.
    ///
    /// # Errors
    /// [`Error::Cancelled`] at once when one comes.
    pub async fn pause(&self, pause: Duration) -> Result<(), Error> {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.runtime.cancel.reached() => {}
        }
        self.go_on()
    }

    /// # Errors
    /// [`Error::Cancelled`] after a Ctrl-C.
    pub fn go_on(&self) -> Result<(), Error> {
        if self.runtime.cancel.is_set() {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }
}
