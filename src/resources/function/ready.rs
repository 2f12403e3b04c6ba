//! Waiting until the function is ready.

use super::Function;
use super::state::{busy, failure, update_failure};
use crate::engine::{Cx, Error};
use std::time::Duration;

/// The next pause: a quarter longer, so that the last one is late by a fifth of the whole at most.
fn longer(pause: Duration) -> Duration {
    pause.mul_f64(1.25).min(Duration::from_secs(2))
}

impl Function {
    /// Lambda creates and updates behind the answer: Pending, then Active or Failed; InProgress,
    /// then Successful or Failed (Lambda developer guide, "Lambda function states").
    pub(super) async fn wait_until_ready(&self, cx: &Cx) -> Result<(), Error> {
        let (mut pause, deadline) = (
            Duration::from_millis(100),
            tokio::time::Instant::now() + cx.max_wait().0,
        );
        loop {
            let request = cx
                .lambda
                .get_function_configuration()
                .function_name(&self.name);
            let now = match cx.call("GetFunctionConfiguration", request.send()).await {
                Ok(now) => now,
                // Just created and not visible yet, or no answer: the next look tells.
                Err(error)
                    if tokio::time::Instant::now() < deadline
                        && Error::from(error.clone()).waiting_for().is_some() =>
                {
                    cx.pause(pause).await?;
                    pause = longer(pause);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if let Some(reason) = failure(now.state.as_ref(), now.state_reason.as_deref()) {
                return Err(Error::Failed(reason));
            }
            if let Some(reason) = update_failure(
                now.last_update_status.as_ref(),
                now.last_update_status_reason.as_deref(),
            ) {
                return Err(Error::Failed(reason));
            }
            if !busy(now.state.as_ref(), now.last_update_status.as_ref()) {
                return Ok(());
            }
            if tokio::time::Instant::now() > deadline {
                return Err(Error::Failed(
                    "Lambda did not get the function ready in time".to_owned(),
                ));
            }
            cx.waiting("Lambda to get the function ready", pause);
            cx.pause(pause).await?;
            pause = longer(pause);
        }
    }
}
