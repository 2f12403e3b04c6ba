//! The table of results.
use serde_json::{Value, json};

use super::super::scenario::CHANGED;
use super::{Stage, all_of_a_stage, drift};

const TABLE: &str = "shop-dev-results";

fn table(stage: &Stage, operation: &str, mut params: Value) {
    params["TableName"] = json!(TABLE);
    stage.call("dynamodb", operation, params);
}

#[test]
fn the_table_of_results() {
    let drifts = [
        drift("TimeToLive", |stage| {
            let off = json!({"AttributeName": "ttl", "Enabled": false});
            let params = json!({"TimeToLiveSpecification": off});
            table(stage, "UpdateTimeToLive", params);
        }),
        drift("TimeToLive", |stage| {
            for (name, on) in [("ttl", false), ("other", true)] {
                let other = json!({"AttributeName": name, "Enabled": on});
                let params = json!({"TimeToLiveSpecification": other});
                table(stage, "UpdateTimeToLive", params);
            }
        }),
        drift("BillingMode", |stage| {
            let throughput = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
            let params = json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput});
            table(stage, "UpdateTable", params);
        }),
        drift("KMSMasterKeyId", |stage| {
            let key = "arn:aws:kms:eu-west-1:000000000000:key/12345678-1234-1234-1234-123456789012";
            let sse = json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key});
            table(stage, "UpdateTable", json!({"SSESpecification": sse}));
        }),
        drift("results table", |stage| {
            table(stage, "DeleteTable", json!({}))
        }),
    ];
    all_of_a_stage(CHANGED, &drifts);
}
