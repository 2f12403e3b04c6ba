//! The table that Celery's DynamoDB backend writes results to: reading it, and waiting for what is not there yet.

use std::rc::Rc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep, timeout_at};

use gatewayq_routes::Results;
use gatewayq_routes::stored::{StoredItem, item_key};
use lambda_handler::result::TaskResult;

use crate::aws_json::Service;
use crate::clock::since_epoch;

/// The first pause between two looks; it doubles. Each look costs one read of the table.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The results of one stage.
pub(crate) struct ResultsTable {
    dynamodb: Rc<Service>,
    results: Results,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    item: Option<StoredItem>,
}

impl ResultsTable {
    /// Nothing is sent yet.
    pub(crate) fn new(results: Results, dynamodb: Rc<Service>) -> Self {
        Self { dynamodb, results }
    }

    /// What is known of a task. A read that is not consistent could show less than one before it.
    ///
    /// # Errors
    /// The cause in words for the log.
    async fn find(&self, task_id: &str) -> Result<TaskResult, String> {
        let call = json!({
            "TableName": self.results.table,
            "Key": {"id": {"S": item_key(task_id)}},
            "ConsistentRead": true,
        });
        let found: Found = self.dynamodb.call("GetItem", &call).await?;
        let read = |item| TaskResult::read(&item, since_epoch().as_secs(), self.results.tracebacks);
        found.item.map_or_else(|| Ok(TaskResult::pending()), read)
    }

    /// The same, and until `end` again and again while the task is not done; what was known last where it is not
    /// done by then. The first look may take until `last`.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(crate) async fn wait_for(
        &self,
        task_id: &str,
        end: Instant,
        last: Instant,
    ) -> Result<TaskResult, String> {
        let first = timeout_at(last, self.find(task_id)).await;
        let mut known = first.map_err(|_| "no answer from DynamoDB in time".to_owned())??;
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times()
            .with_jitter()
            .build();
        while !known.is_done() {
            let pause = pauses.next().unwrap_or(LONGEST_PAUSE);
            if Instant::now() + pause >= end {
                break;
            }
            sleep(pause).await;
            match timeout_at(end, self.find(task_id)).await {
                Ok(found) => known = found?,
                Err(_) => break,
            }
        }
        Ok(known)
    }
}
