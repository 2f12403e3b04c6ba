//! The calls to DynamoDB.

use super::ResultsTable;
use super::state::{ACTIVE, BILLING_MODE, DELETING, State, TTL_ATTRIBUTE};
use crate::aws::JsonService::DynamoDb;
use crate::engine::{Cx, Error, Resource, Retry};
use crate::resources::support::{found, required, tags_of};
use serde_json::{Value, json};

impl ResultsTable {
    /// What DynamoDB has under the table's name. All three questions are asked at once; only the first says whether
    /// it is there.
    pub(super) async fn find(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let name = json!({"TableName": self.name()});
        let arn = json!({"ResourceArn": self.names.results_table_arn()});
        let (table, ttl, tags) = futures::join!(
            cx.json_call(DynamoDb, "DescribeTable", name.clone()),
            cx.json_call(DynamoDb, "DescribeTimeToLive", name),
            cx.json_call(DynamoDb, "ListTagsOfResource", arn),
        );
        let Some(table) = found(table)? else {
            return Ok(None);
        };
        if table["Table"]["TableStatus"] == DELETING {
            return match self.deploying && self.is_wanted {
                true => Err(Error::NotYet("DynamoDB to finish deleting the table")),
                false => Ok(None),
            };
        }
        // Made or deleted in between, it would pass for one without them.
        let late = || Error::NotYet("DynamoDB to show the table's settings");
        let ttl = found(ttl)?.ok_or_else(late)?;
        let tags = found(tags)?.ok_or_else(late)?;
        Ok(Some(State::new(&table, &ttl, tags_of(&tags))))
    }

    /// Makes the table; gives the status that it then has.
    pub(super) async fn make(&self, cx: &Cx) -> Result<String, Error> {
        let mut input = json!({
            "TableName": self.name(),
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": BILLING_MODE,
            "Tags": self.tags.to_json(),
        });
        if let Some(key) = &self.kms_key {
            input["SSESpecification"] = sse(Some(key));
        }
        let made = cx.json_call(DynamoDb, "CreateTable", input).await?;
        let status = made["TableDescription"]["TableStatus"].as_str();
        required(status.map(str::to_owned), "TableStatus")
    }

    pub(super) async fn wait_until_active(&self, cx: &Cx) -> Result<(), Error> {
        let mut retry = Retry::often();
        loop {
            let input = json!({"TableName": self.name()});
            let table = cx.json_call(DynamoDb, "DescribeTable", input).await?;
            if table["Table"]["TableStatus"] == ACTIVE {
                return Ok(());
            }
            let wait = Error::NotYet("DynamoDB to get the table ready");
            retry.after(wait, cx).await?;
        }
    }

    pub(super) async fn tag(&self, cx: &Cx) -> Result<(), Error> {
        let arn = self.names.results_table_arn();
        let input = json!({"ResourceArn": arn, "Tags": self.tags.to_json()});
        cx.json_call(DynamoDb, "TagResource", input).await?;
        Ok(())
    }

    /// One change at a time: DynamoDB takes no second one before the first is done.
    pub(super) async fn update_table(
        &self,
        cx: &Cx,
        found: &State,
        wanted: &State,
    ) -> Result<(), Error> {
        if found.billing_mode != wanted.billing_mode {
            let mode = json!({"TableName": self.name(), "BillingMode": BILLING_MODE});
            self.change(cx, mode).await?;
        }
        if found.kms_key != wanted.kms_key {
            let key = sse(wanted.kms_key.as_deref());
            let key = json!({"TableName": self.name(), "SSESpecification": key});
            self.change(cx, key).await?;
        }
        Ok(())
    }

    async fn change(&self, cx: &Cx, input: Value) -> Result<(), Error> {
        cx.json_call(DynamoDb, "UpdateTable", input).await?;
        self.wait_until_active(cx).await
    }

    /// DynamoDB takes one such change an hour. Another attribute is let go of first.
    pub(super) async fn update_ttl(&self, cx: &Cx, found: &State) -> Result<(), Error> {
        if let Some(other) = &found.ttl_attribute {
            self.set_ttl(cx, other, false).await?;
        }
        self.set_ttl(cx, TTL_ATTRIBUTE, true).await
    }

    async fn set_ttl(&self, cx: &Cx, attribute: &str, enabled: bool) -> Result<(), Error> {
        let specification = json!({"AttributeName": attribute, "Enabled": enabled});
        let input = json!({"TableName": self.name(), "TimeToLiveSpecification": specification});
        cx.json_call(DynamoDb, "UpdateTimeToLive", input).await?;
        Ok(())
    }
}

/// Encryption with this key; without one, with a key of DynamoDB's own, which is what not enabled means.
fn sse(key: Option<&str>) -> Value {
    match key {
        Some(key) => json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key}),
        None => json!({"Enabled": false}),
    }
}
