//! The DynamoDB table that the workers write the tasks' results into, through Celery's own backend, and that the
//! function reads.

mod calls;
mod state;

pub(crate) use state::State;

use super::marks;
use super::rest_api::RestApi;
use super::support::gone;
use crate::aws::JsonService::DynamoDb;
use crate::engine::{Call, Cx, Error, Field, Owner, Ref, Resource, Set};
use crate::names::Names;
use crate::tags::{RESULTS_TAG, Tags};
use futures::FutureExt;
use serde_json::json;
use state::ACTIVE;

/// The table as the stack wants it. It is not protected against deletion, and has no backups: a result is worth
/// something until it expires, and `delete` has to be able to take the whole stage away.
pub(crate) struct ResultsTable {
    pub names: Names,
    pub tags: Tags,
    /// Its tag tells of the table.
    pub api: Ref<RestApi>,
    /// ARN of the KMS key that encrypts it; `None` is a key of DynamoDB's own.
    pub kms_key: Option<String>,
    /// Whether the stage keeps results.
    pub is_wanted: bool,
    /// Whether it is to be there in the end: a table on its way out is then waited for.
    pub deploying: bool,
    /// Whether the stage goes, too, with its API and the tag.
    pub deleting: bool,
}

const WAIT: Call<ResultsTable> = Call {
    operation: "DescribeTable",
    run: |table, cx, _, _| table.wait_until_active(cx).boxed(),
};
const TAG: Call<ResultsTable> = Call {
    operation: "TagResource",
    run: |table, cx, _, _| table.tag(cx).boxed(),
};
const UPDATE: Call<ResultsTable> = Call {
    operation: "UpdateTable",
    run: |table, cx, found, wanted| table.update_table(cx, found, wanted).boxed(),
};
const UPDATE_TTL: Call<ResultsTable> = Call {
    operation: "UpdateTimeToLive",
    run: |table, cx, found, _| table.update_ttl(cx, found).boxed(),
};

impl Resource for ResultsTable {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        // Nothing else can be changed before.
        Field::text(
            "TableStatus",
            |s| Some(s.status.clone()),
            Set::Waiting(&WAIT),
        ),
        Field::text("KeySchema", |s| Some(s.key_schema.clone()), Set::Replace),
        Field::text(
            "BillingMode",
            |s| Some(s.billing_mode.clone()),
            Set::By(&UPDATE),
        ),
        Field::text("KMSMasterKeyId", |s| s.kms_key.clone(), Set::By(&UPDATE)),
        Field::text(
            "TimeToLive",
            |s| s.ttl_attribute.clone(),
            Set::By(&UPDATE_TTL),
        ),
    ];

    fn kind(&self) -> &'static str {
        "results table"
    }

    fn name(&self) -> String {
        self.names.results_table()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let api = self.api.observed().await?;
        let is_marked = api.is_some_and(|api| api.is_marked(RESULTS_TAG));
        if !self.is_wanted && !is_marked {
            return Ok(None);
        }
        let found = self.find(cx).await?;
        // Taken away, and not the tag: that is still to be done.
        let is_left = is_marked && !self.is_wanted && !self.deleting;
        Ok(found.or_else(|| is_left.then(|| State::removed(&self.tags))))
    }

    fn owner(&self, found: &State) -> Owner {
        self.tags.owner(&found.tags)
    }

    fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State::wanted(self.kms_key.clone(), &self.tags)
    }

    /// DynamoDB answers before the table is there. What is left to be done then is an update.
    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let status = self.make(cx).await?;
        Ok(State {
            status,
            ttl_attribute: None,
            ..wanted
        })
    }

    /// The tag tells that it has to be looked for, so it changes last.
    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        if !found.is_removed() {
            let input = json!({"TableName": self.name()});
            gone(cx.json_call(DynamoDb, "DeleteTable", input).await)?;
        }
        // A stage that goes, too, needs no such tag, and its API may be gone already.
        if self.deleting || self.is_wanted {
            return Ok(());
        }
        marks::take_off_api(cx, &self.names, &self.api, RESULTS_TAG).await
    }

    async fn adopt(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        self.tag(cx).await
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let is_ready = found.status == ACTIVE;
        let status = (!is_ready).then(|| ("status", found.status.clone()));
        status.into_iter().collect()
    }
}
