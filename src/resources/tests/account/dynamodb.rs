//! Tables.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::{ACCOUNT, Account, Request};
use serde_json::{Value, json};

const MISSING: &str = "ResourceNotFoundException";

impl Account {
    pub(super) fn dynamodb(&mut self, request: &Request) -> Reply {
        let name = request
            .input
            .get("TableName")
            .or(request.input.get("ResourceArn"));
        let name = name.and_then(Value::as_str).unwrap();
        let name = name.rsplit('/').next().unwrap();
        if request.operation == "CreateTable" {
            return self.create_table(name, request);
        }
        let table = self.find("tables", name, MISSING)?;
        match request.operation.as_str() {
            "DescribeTable" => {
                let told = json!({"Table": table["table"]});
                // It is ready the next time that somebody looks.
                table["table"]["TableStatus"] = "ACTIVE".into();
                Ok(told)
            }
            "DescribeTimeToLive" => Ok(json!({"TimeToLiveDescription": table["ttl"]})),
            "ListTagsOfResource" => Ok(json!({"Tags": table["tags"]})),
            "TagResource" => {
                let given = request.input["Tags"].as_array().unwrap();
                let tags = table["tags"].as_array_mut().unwrap();
                tags.retain(|tag| given.iter().all(|one| one["Key"] != tag["Key"]));
                tags.extend(given.iter().cloned());
                super::empty()
            }
            "UpdateTimeToLive" => {
                let specification = request.input["TimeToLiveSpecification"].clone();
                let status = match specification["Enabled"] == true {
                    true => "ENABLING",
                    false => "DISABLED",
                };
                let attribute = specification["AttributeName"].clone();
                table["ttl"] = json!({"TimeToLiveStatus": status, "AttributeName": attribute});
                Ok(json!({"TimeToLiveSpecification": specification}))
            }
            "UpdateTable" => {
                set(&mut table["table"], request);
                table["table"]["TableStatus"] = "UPDATING".into();
                Ok(json!({"TableDescription": table["table"]}))
            }
            "DeleteTable" => {
                let told = json!({"TableDescription": table["table"]});
                self.delete("tables", name, MISSING)?;
                Ok(told)
            }
            other => panic!("dynamodb {other}"),
        }
    }

    fn create_table(&mut self, name: &str, request: &Request) -> Reply {
        if self.world["tables"].get(name).is_some() {
            return Err("ResourceInUseException");
        }
        let mut table = body("dynamodb", "CreateTable")["TableDescription"].take();
        table["TableName"] = name.into();
        table["TableArn"] = format!("arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/{name}").into();
        table["KeySchema"] = request.input["KeySchema"].clone();
        set(&mut table, request);
        let ttl = &body("dynamodb", "DescribeTimeToLive.disabled")["TimeToLiveDescription"];
        let made = json!({"table": table, "ttl": ttl, "tags": request.input["Tags"]});
        self.world["tables"][name] = made;
        Ok(json!({"TableDescription": table}))
    }
}

/// What create and update take alike.
fn set(table: &mut Value, request: &Request) {
    if let Some(mode) = request.input.get("BillingMode") {
        table["BillingModeSummary"]["BillingMode"] = mode.clone();
    }
    let Some(sse) = request.input.get("SSESpecification") else {
        return;
    };
    if sse["Enabled"] == true {
        let key = sse["KMSMasterKeyId"].clone();
        table["SSEDescription"] =
            json!({"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key});
    } else {
        table.as_object_mut().unwrap().remove("SSEDescription");
    }
}
