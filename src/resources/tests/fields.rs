//! Where each field of each resource's table stands in the account, and another value for it.
//! A field that is new in a table has to be given its place here, or the tests fail.

use super::account::Account;
use serde_json::{Value, json};

/// What somebody did behind gatewayq's back, and the plan's lines that are to tell it.
pub(crate) struct Drift {
    pub what: String,
    pub change: Box<dyn Fn(&mut Account)>,
    pub told: Vec<String>,
}

pub(crate) const API: &str = "a1b2c3d4e5";
pub(crate) const DOMAIN: &str = "api.shop.test";
pub(crate) const QUEUE: &str = "shop-dev.fifo";
pub(crate) const FUNCTION: &str = "shop-dev";
/// Where the alias is that the API invokes.
pub(crate) const LIVE_ALIAS: [&str; 4] = ["functions", FUNCTION, "Aliases", "live"];
pub(crate) const ROLE: &str = "shop-dev-eu-west-1";
const KEY: &str = "k3y1d2";
const COGNITO: &str = "c0gn1t";
const JUDGE: &str = "4uth0r";
const PLAN: &str = "pl4n1d";
pub(crate) const LOGGING: &str = "gatewayq-apigateway-logs-eu-west-1";
const LOG: &str = "/aws/lambda/shop-dev";
pub(crate) const DEPLOYMENT: &str = "d3pl0y";

/// The drift of the field called `field`, the `nth` of its name in the table; none where its value
/// cannot differ from what is wanted.
pub(crate) fn drift(resource: &str, field: &str, nth: usize) -> Option<Drift> {
    let drift = match resource {
        "AccountLogging" => account_logging(field),
        "Alarms" => alarms(field),
        "ApiKey" => listed("API key", "keys", KEY, field),
        "Authorizer" => authorizer(field),
        "AuthorizerPermission" => {
            let condition = ["Policy", "0", "Condition", "ArnLike", "AWS:SourceArn"];
            let place = [&["judges", "judge:live"], &condition[..]].concat();
            other("authorizer permission", field, &place)
        }
        "BasePathMapping" => base_path_mapping(field),
        // It is switched in a file of its own: see the tests of the domain.
        "DefaultEndpoint" => return None,
        "Deployment" => deployment(),
        // Only a delete looks who else is there.
        "Domain" if field == "base path mapping" => return None,
        "Domain" => domain(field),
        "Function" => function(field, nth),
        "GatewayResponses" => {
            let header = "gatewayresponse.header.Access-Control-Allow-Origin";
            let place = [
                "apis",
                API,
                "responses",
                field,
                "responseParameters",
                header,
            ];
            let line = format!("gateway responses {field} Access-Control-Allow-Origin");
            other("gateway responses", field, &place).telling(&[&line])
        }
        "LogGroup" => match field {
            "tag" => tag("log group", &["groups", LOG, "tags"]),
            _ => other("log group", field, &["groups", LOG, "retentionInDays"]),
        },
        "Permission" => {
            let condition = ["Policy", "0", "Condition", "ArnLike", "AWS:SourceArn"];
            other("permission", field, &[&LIVE_ALIAS, &condition[..]].concat())
        }
        "LiveVersion" => live(field),
        // Its two ends are what it is found by: it is there, or it is made.
        "PlanKey" => return None,
        "Queue" => queue(field),
        "ResourcePolicy" => made("resource policy policy", |account| {
            let policy = json!(r#"{"Version":"2012-10-17","Statement":[]}"#).to_string();
            account.at(&["apis", API, "api"])["policy"] = policy.trim_matches('"').into();
        }),
        "ReservedConcurrency" => {
            let place = ["functions", FUNCTION, "Concurrency", field];
            other("reserved concurrency", field, &place)
        }
        "ResultsTable" => results_table(field)?,
        "RestApi" => rest_api(field),
        "Role" => role(field),
        "ServedDeployment" => served(field),
        "Stage" => stage(field),
        "UsagePlan" => usage_plan(field),
        "Versions" => versions(field),
        unknown => panic!("no drift is known for {unknown} {field}"),
    };
    Some(drift)
}

/// Another value at this place.
pub(crate) fn other(kind: &str, field: &str, place: &[&str]) -> Drift {
    let place: Vec<String> = place.iter().map(|&key| key.to_owned()).collect();
    Drift {
        what: format!("{kind} {field}"),
        change: Box::new(move |account| {
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            let value = account.at(&place);
            *value = other_value(value);
        }),
        told: vec![format!("{kind} {field}")],
    }
}

fn other_value(value: &Value) -> Value {
    let next = |number: &str| number.parse().map(|number: i64| number + 1).ok();
    match value {
        Value::Null => "other".into(),
        Value::Bool(on) => (!on).into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => (number + 1).into(),
            None => (number.as_f64().unwrap() + 1.0).into(),
        },
        Value::Array(_) => json!([]),
        Value::String(text) => match (text.as_str(), next(text)) {
            ("true", _) => "false".into(),
            ("false", _) => "true".into(),
            (_, Some(next)) => next.to_string().into(),
            (text, _) if text.starts_with('{') => json!({"Version": "2012-10-17", "Statement": []})
                .to_string()
                .into(),
            (text, _) => format!("{text}-other").into(),
        },
        Value::Object(_) => panic!("no other value for {value}"),
    }
}

impl Drift {
    pub(crate) fn telling(mut self, told: &[&str]) -> Self {
        self.told = told.iter().map(|&line| line.to_owned()).collect();
        self
    }
}

pub(crate) fn made(what: &str, change: impl Fn(&mut Account) + 'static) -> Drift {
    Drift {
        what: what.to_owned(),
        change: Box::new(change),
        told: vec![what.to_owned()],
    }
}

fn tag(kind: &str, tags: &[&str]) -> Drift {
    let line = format!("{kind} tag team");
    other(kind, "tag", &[tags, &["team"]].concat()).telling(&[&line])
}

/// A field of what a list of API Gateway shows, by the same name there.
fn listed(kind: &'static str, list: &'static str, id: &'static str, field: &str) -> Drift {
    match field {
        "tag" => tag(kind, &[list, id, "tags"]),
        "duplicate" => made(&format!("{kind} duplicate"), move |account| {
            let mut second = account.world[list][id].clone();
            second["id"] = "zzz".into();
            // Usage plans have no date.
            match second.get("apiStages") {
                Some(_) => second["apiStages"] = json!([]),
                None => second["createdDate"] = 1_767_225_601.into(),
            }
            account.world[list]["zzz"] = second;
        }),
        _ => {
            let path: Vec<&str> = field.split('.').collect();
            other(kind, field, &[&[list, id], &path[..]].concat())
        }
    }
}

fn account_logging(field: &str) -> Drift {
    let kind = "account logging";
    match field {
        "role" => made(kind, |account| {
            account.world["roles"]
                .as_object_mut()
                .unwrap()
                .remove(LOGGING);
        })
        .telling(&[
            "account logging role",
            "account logging AssumeRolePolicyDocument",
            "account logging AttachedPolicy",
        ]),
        "AssumeRolePolicyDocument" => other(kind, field, &["roles", LOGGING, "trust"]),
        "AttachedPolicy" => made("account logging AttachedPolicy", |account| {
            *account.at(&["roles", LOGGING, "attached"]) = json!({});
        }),
        // It names a role that nobody has.
        _ => other(kind, field, &["account", "cloudwatchRoleArn"]),
    }
}

fn alarms(field: &str) -> Drift {
    let alarm = ["alarms", "shop-dev-errors"];
    match field {
        "tag" => made("alarms tag shop-dev-errors team", move |account| {
            account.at(&alarm)["tags"]
                .as_array_mut()
                .unwrap()
                .retain(|tag| tag["Key"] != "team");
        }),
        _ => other(
            "alarms",
            field,
            &[&alarm[..], &["alarm", "Threshold"]].concat(),
        )
        .telling(&["alarms alarm shop-dev-errors Threshold"]),
    }
}

fn results_table(field: &str) -> Option<Drift> {
    const KIND: &str = "results table";
    let table = ["tables", "shop-dev-results"];
    let place: &[&str] = match field {
        // It passes by itself.
        "TableStatus" => return None,
        "tag" => {
            let untag = move |account: &mut Account| {
                let tags = account.at(&table)["tags"].as_array_mut().unwrap();
                tags.retain(|tag| tag["Key"] != "team");
            };
            return Some(made("results table tag team", untag));
        }
        "KeySchema" => &["table", "KeySchema", "0", "AttributeName"],
        "BillingMode" => &["table", "BillingModeSummary", "BillingMode"],
        "KMSMasterKeyId" => &["table", "SSEDescription", "KMSMasterKeyArn"],
        _ => &["ttl", "AttributeName"],
    };
    Some(other(KIND, field, &[&table[..], place].concat()))
}

/// Of the one by a function, but for what only the other has.
fn authorizer(field: &str) -> Drift {
    let at = |id: &'static str| ["apis", API, "authorizers", id];
    match field {
        "providerARNs" => {
            let place = [&at(COGNITO)[..], &["providerARNs", "0"]].concat();
            other("authorizer", field, &place)
        }
        "type" => made("authorizer type", move |account| {
            account.at(&at(JUDGE))["type"] = "REQUEST".into();
        }),
        name => other("authorizer", name, &[&at(JUDGE)[..], &[name]].concat()),
    }
}

fn base_path_mapping(field: &str) -> Drift {
    let mappings = ["domains", DOMAIN, "mappings"];
    match field {
        "other base path" => made("base path mapping other base path", move |account| {
            let mappings = account.at(&mappings);
            mappings["old"] = mappings["v1"].clone();
            mappings["old"]["basePath"] = "old".into();
        }),
        name => other(
            "base path mapping",
            name,
            &[&mappings[..], &["v1", name]].concat(),
        ),
    }
}

fn domain(field: &str) -> Drift {
    let domain = ["domains", DOMAIN, "domain"];
    let within: &[&str] = match field {
        "domainNameStatus" => {
            return made("domain name domainNameStatus", move |account| {
                account.at(&domain)["domainNameStatus"] = "UPDATING".into();
            });
        }
        "endpointConfiguration" => &["endpointConfiguration", "types", "0"],
        name => &[name],
    };
    other("domain name", field, &[&domain[..], within].concat())
}

fn deployment() -> Drift {
    let description = ["apis", API, "deployments", DEPLOYMENT, "description"];
    other("deployment", "definition", &description).telling(&[
        "deployment definition",
        "served deployment deploymentId",
        "served deployment old deployment",
    ])
}

fn function(field: &str, nth: usize) -> Drift {
    let set = |name: &'static str, value: &'static str| {
        made("function State", move |account| {
            account.at(&["functions", FUNCTION, "Configuration"])[name] = value.into();
        })
    };
    let within: &[&str] = match (field, nth) {
        ("State", 0) => return set("LastUpdateStatus", "InProgress"),
        ("State", _) => return set("State", "Failed"),
        ("tag", _) => return tag("function", &["functions", FUNCTION, "Tags"]),
        ("RoleId", _) => {
            let id = ["functions", FUNCTION, "Tags", "gatewayq:role-id"];
            let told = ["function RoleId", "function tag gatewayq:role-id"];
            return other("function", field, &id).telling(&told);
        }
        ("Environment", _) => &["Environment", "Variables", "MODE"],
        ("TracingConfig", _) => &["TracingConfig", "Mode"],
        ("EphemeralStorage", _) => &["EphemeralStorage", "Size"],
        ("VpcConfig subnet", _) => &["VpcConfig", "SubnetIds"],
        ("VpcConfig security group", _) => &["VpcConfig", "SecurityGroupIds"],
        ("Architectures", _) => &["Architectures", "0"],
        (name, _) => &[name],
    };
    let place = [&["functions", FUNCTION, "Configuration"], within].concat();
    let drift = other("function", field, &place);
    match field {
        "Environment" => drift.telling(&["function Environment MODE"]),
        _ => drift,
    }
}

fn queue(field: &str) -> Drift {
    let attributes = ["queues", QUEUE, "attributes"];
    match field {
        "tag" => tag("queue", &["queues", QUEUE, "tags"]),
        // A key of KMS turns SQS's own encryption off.
        "KmsMasterKeyId" => made("a key of KMS", move |account| {
            let attributes = account.at(&attributes);
            attributes["KmsMasterKeyId"] = "alias/other".into();
            attributes["SqsManagedSseEnabled"] = "false".into();
        })
        .telling(&["queue KmsMasterKeyId", "queue SqsManagedSseEnabled"]),
        name => other("queue", name, &[&attributes[..], &[name]].concat()),
    }
}

fn rest_api(field: &str) -> Drift {
    let api = ["apis", API, "api"];
    let at = |path: &[&'static str]| [&api[..], path].concat();
    match field {
        "tag" => tag("REST API", &at(&["tags"])),
        "endpointConfiguration" => other(
            "REST API",
            field,
            &at(&["endpointConfiguration", "types", "0"]),
        ),
        "duplicate" => made("REST API duplicate", |account| {
            let mut second = account.world["apis"][API].clone();
            second["api"]["id"] = "zzz".into();
            second["api"]["createdDate"] = 1_767_225_601.into();
            account.world["apis"]["zzz"] = second;
        }),
        name => other("REST API", name, &[&api[..], &[name]].concat()),
    }
}

fn role(field: &str) -> Drift {
    let within: &[&str] = match field {
        "tag" => return tag("role", &["roles", ROLE, "tags"]),
        "AssumeRolePolicyDocument" => &["trust"],
        "PermissionsBoundary" => &["boundary"],
        "PolicyDocument" => &["policies", "gatewayq"],
        unknown => panic!("no drift is known for the role's {unknown}"),
    };
    other("role", field, &[&["roles", ROLE], within].concat())
}

fn stage(field: &str) -> Drift {
    let stage = ["apis", API, "stages", "dev"];
    let setting = match field {
        "tag" => return tag("stage", &[&stage[..], &["tags"]].concat()),
        "tracingEnabled" => return other("stage", field, &[&stage[..], &[field]].concat()),
        "accessLogSettings/destinationArn" | "accessLogSettings/format" => {
            let place: Vec<&str> = field.split('/').collect();
            return other("stage", field, &[&stage[..], &place].concat());
        }
        "logging/loglevel" => "loggingLevel",
        "logging/dataTrace" => "dataTraceEnabled",
        "metrics/enabled" => "metricsEnabled",
        "throttling/rateLimit" => "throttlingRateLimit",
        "throttling/burstLimit" => "throttlingBurstLimit",
        unknown => panic!("no drift is known for the stage's {unknown}"),
    };
    other(
        "stage",
        field,
        &[&stage[..], &["methodSettings", "*/*", setting]].concat(),
    )
}

/// The alias moves to what the function itself is, to two versions at once, or says something else of itself.
fn live(field: &str) -> Drift {
    let alias = [&LIVE_ALIAS[..], &["Alias"]].concat();
    match field {
        "RoutingConfig" => made("alias RoutingConfig 7", move |account| {
            let routing = json!({"AdditionalVersionWeights": {"7": 0.5}});
            account.at(&alias)["RoutingConfig"] = routing;
        }),
        "FunctionVersion" => made("alias FunctionVersion", move |account| {
            account.at(&alias)["FunctionVersion"] = "$LATEST".into();
        }),
        name => other("alias", name, &[&alias[..], &[name]].concat()),
    }
}

fn served(field: &str) -> Drift {
    let kind = "served deployment";
    match field {
        "deploymentId" => other(kind, field, &["apis", API, "stages", "dev", field]),
        "old deployment" => made("served deployment old deployment", |account| {
            let old =
                json!({"id": "0ld", "description": "gatewayq old", "createdDate": 1_767_225_000});
            account.at(&["apis", API, "deployments"])["0ld"] = old;
        }),
        // Twelve older ones, of which nine stay.
        _ => made("served deployment old version", |account| {
            let versions = account.at(&["functions", FUNCTION, "Versions"]);
            let newest = versions["1"].clone();
            versions["13"] = newest.clone();
            versions["13"]["Version"] = "13".into();
            for number in 1..13 {
                versions[number.to_string()] = newest.clone();
                versions[number.to_string()]["Version"] = number.to_string().into();
            }
            let alias = account.at(&[&LIVE_ALIAS[..], &["Alias"]].concat());
            alias["FunctionVersion"] = "13".into();
            alias["Description"] = "gatewayq: version 13".into();
        }),
    }
}

/// Somebody published another one after it, or removed the alias.
fn versions(field: &str) -> Drift {
    match field {
        "Version" => made("version Version", |account| {
            let function = account.at(&["functions", FUNCTION]);
            function["Versions"]["2"] = function["Versions"]["1"].clone();
            function["Versions"]["2"]["Version"] = "2".into();
            function["Versions"]["2"]["MemorySize"] = 1.into();
            function["Published"] = json!({});
        })
        .telling(&["version Version", "alias FunctionVersion"]),
        _ => made("version alias", |account| {
            *account.at(&["functions", FUNCTION, "Aliases"]) = json!({});
        })
        .telling(&["version alias", "alias (creating)", "permission (creating)"]),
    }
}

fn usage_plan(field: &str) -> Drift {
    let rate = "usage plan apiStages.throttle GET /mine rateLimit";
    let burst = "usage plan apiStages.throttle GET /mine burstLimit";
    let drift = listed("usage plan", "plans", PLAN, field);
    match field {
        // With the stage its limits went.
        "apiStages" => drift.telling(&["usage plan apiStages", rate, burst]),
        "apiStages.throttle" => {
            let key = ["apiStages", "0", "throttle", "/mine/GET", "rateLimit"];
            other("usage plan", field, &[&["plans", PLAN], &key[..]].concat()).telling(&[rate])
        }
        _ => drift,
    }
}
