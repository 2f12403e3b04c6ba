//! Functions, their versions and aliases, and who may invoke them.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::{ACCOUNT, Account, Request, add, empty};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const MISSING: &str = "ResourceNotFoundException";

impl Account {
    pub(super) fn lambda(&mut self, request: &Request) -> Reply {
        if request.operation == "CreateFunction" {
            return self.create_function(request);
        }
        let name = match request.input.get("Resource") {
            Some(arn) => arn.as_str().unwrap().rsplit(':').next().unwrap(),
            None => request.text("FunctionName"),
        };
        let qualifier = request.input.get("Qualifier").and_then(Value::as_str);
        let full = match qualifier {
            Some(qualifier) => format!("{name}:{qualifier}"),
            None => name.to_owned(),
        };
        if let Some(judge) = self.world["judges"].get_mut(&full) {
            return permissions(&mut judge["Policy"], &full, request);
        }
        if request.operation == "DeleteFunction" && qualifier.is_none() {
            return self.delete("functions", name, MISSING);
        }
        let function = self.find("functions", name, MISSING)?;
        match request.operation.as_str() {
            "PublishVersion" => publish(function, request),
            "ListVersionsByFunction" => {
                let mut answer = body("lambda", "ListVersionsByFunction");
                let latest = [function["Configuration"].clone()];
                let versions = function["Versions"].as_object().unwrap().values();
                let versions: Vec<Value> = latest.into_iter().chain(versions.cloned()).collect();
                answer["Versions"] = versions.into();
                Ok(answer)
            }
            "ListAliases" => {
                let aliases = function["Aliases"].as_object().unwrap().values();
                let aliases: Vec<Value> = aliases.map(|alias| alias["Alias"].clone()).collect();
                Ok(json!({"Aliases": aliases}))
            }
            "CreateAlias" => {
                let alias = request.text("Name").to_owned();
                let mut made = body("lambda", "CreateAlias");
                set_alias(&mut made, request);
                function["Aliases"][&alias] = json!({"Alias": made, "Policy": []});
                Ok(made)
            }
            "UpdateAlias" => {
                let alias = &mut function["Aliases"][request.text("Name")]["Alias"];
                let seen = request.input.get("RevisionId");
                if seen.is_some_and(|seen| *seen != alias["RevisionId"]) {
                    return Err("PreconditionFailedException");
                }
                set_alias(alias, request);
                alias["RevisionId"] = format!("after {}", alias["RevisionId"]).into();
                Ok(alias.clone())
            }
            "DeleteFunction" => {
                let versions = function["Versions"].as_object_mut().unwrap();
                versions
                    .remove(qualifier.unwrap_or_default())
                    .ok_or(MISSING)?;
                empty()
            }
            "GetFunction" => match qualifier {
                Some(alias) => {
                    let alias = function["Aliases"].get(alias).ok_or(MISSING)?;
                    let version = alias["Alias"]["FunctionVersion"].as_str().unwrap();
                    Ok(json!({"Configuration": function["Versions"][version]}))
                }
                None => Ok(shown(function)),
            },
            "GetFunctionConfiguration" => {
                let now = function["Configuration"].clone();
                settle(&mut function["Configuration"]);
                Ok(now)
            }
            "UpdateFunctionConfiguration" => {
                configure(&mut function["Configuration"], request);
                Ok(updated(function))
            }
            "UpdateFunctionCode" => {
                let configuration = &mut function["Configuration"];
                configuration["CodeSha256"] = sha256(&request.input["ZipFile"]).into();
                configuration["Architectures"] = request.input["Architectures"].clone();
                Ok(updated(function))
            }
            "PutFunctionConcurrency" => {
                let reserved = request.input["ReservedConcurrentExecutions"].clone();
                function["Concurrency"] = json!({"ReservedConcurrentExecutions": reserved});
                Ok(function["Concurrency"].clone())
            }
            "DeleteFunctionConcurrency" => {
                function.as_object_mut().unwrap().remove("Concurrency");
                empty()
            }
            "TagResource" => {
                add(&mut function["Tags"], &request.input["Tags"]);
                empty()
            }
            _ => match qualifier {
                Some(alias) => {
                    let alias = function["Aliases"].get_mut(alias).ok_or(MISSING)?;
                    permissions(&mut alias["Policy"], &full, request)
                }
                None => permissions(&mut function["Policy"], name, request),
            },
        }
    }

    fn create_function(&mut self, request: &Request) -> Reply {
        let name = request.text("FunctionName");
        let mut made = body("lambda", "CreateFunction");
        let own = json!({
            "FunctionName": name, "FunctionArn": arn(name), "Architectures": request.input["Architectures"],
            "CodeSha256": sha256(&request.input["Code"]["ZipFile"]),
        });
        add(&mut made, &own);
        configure(&mut made, request);
        self.world["functions"][name] = json!({"Configuration": made, "Tags": request.input["Tags"], "Policy": [], "Versions": {}, "Aliases": {}});
        Ok(made)
    }
}

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}")
}

fn sha256(zip: &Value) -> String {
    let zip = STANDARD.decode(zip.as_str().unwrap()).unwrap();
    STANDARD.encode(Sha256::digest(zip))
}

/// Tags only where there are some.
fn shown(function: &Value) -> Value {
    let mut answer = body("lambda", "GetFunction.without-tags");
    answer["Configuration"] = function["Configuration"].clone();
    if let Some(reserved) = function.get("Concurrency") {
        answer["Concurrency"] = reserved.clone();
    }
    if function["Tags"] != json!({}) {
        answer["Tags"] = function["Tags"].clone();
    }
    answer
}

/// What the request has of the configuration, by the same names.
fn configure(configuration: &mut Value, request: &Request) {
    for name in [
        "Role",
        "Runtime",
        "Handler",
        "Description",
        "MemorySize",
        "Timeout",
        "EphemeralStorage",
        "Environment",
        "TracingConfig",
        "VpcConfig",
    ] {
        if let Some(value) = request.input.get(name) {
            configuration[name] = value.clone();
        }
    }
}

fn updated(function: &mut Value) -> Value {
    function["Configuration"]["LastUpdateStatus"] = "InProgress".into();
    function["Configuration"].clone()
}

/// What was pending at one look is done at the next.
fn settle(configuration: &mut Value) {
    if configuration["State"] == "Pending" {
        configuration["State"] = "Active".into();
    }
    configuration["LastUpdateStatus"] = "Successful".into();
    let fields = configuration.as_object_mut().unwrap();
    fields.retain(|name, _| !name.starts_with("StateReason"));
}

/// Another version where code or configuration is another; the newest one again where not.
fn publish(function: &mut Value, request: &Request) -> Reply {
    let now = function["Configuration"].clone();
    if now["CodeSha256"] != request.input["CodeSha256"] {
        return Err("PreconditionFailedException");
    }
    let published = function["Published"].clone();
    let versions = function["Versions"].as_object_mut().unwrap();
    let number = |version: &Value| version["Version"].as_str().unwrap().parse::<u64>().unwrap();
    let newest = versions.values().max_by_key(|version| number(version));
    if let Some(newest) = newest.filter(|_| published == now) {
        return Ok(newest.clone());
    }
    let number = newest.map_or(1, |newest| number(newest) + 1).to_string();
    let arn = format!("{}:{number}", now["FunctionArn"].as_str().unwrap());
    let own = json!({
        "Version": number, "FunctionArn": arn, "Description": request.input["Description"],
    });
    let mut made = now.clone();
    add(&mut made, &own);
    versions.insert(number, made.clone());
    function["Published"] = now;
    Ok(made)
}

fn set_alias(alias: &mut Value, request: &Request) {
    for field in ["Name", "FunctionVersion", "Description"] {
        if let Some(value) = request.input.get(field) {
            alias[field] = value.clone();
        }
    }
    let routing = request.input.get("RoutingConfig");
    let none = json!({"AdditionalVersionWeights": {}});
    match routing.filter(|routing| **routing != none) {
        Some(routing) => alias["RoutingConfig"] = routing.clone(),
        None => drop(alias.as_object_mut().unwrap().remove("RoutingConfig")),
    }
}

/// The function's resource policy.
fn permissions(policy: &mut Value, name: &str, request: &Request) -> Reply {
    let statements = policy.as_array_mut().unwrap();
    match request.operation.as_str() {
        "GetPolicy" if statements.is_empty() => Err(MISSING),
        "GetPolicy" => {
            let document =
                json!({"Version": "2012-10-17", "Id": "default", "Statement": statements});
            let mut answer = body("lambda", "GetPolicy");
            answer["Policy"] = document.to_string().into();
            Ok(answer)
        }
        "AddPermission" => {
            let statement = json!({
                "Sid": request.text("StatementId"), "Effect": "Allow",
                "Principal": {"Service": request.text("Principal")}, "Action": request.text("Action"),
                "Resource": arn(name),
                "Condition": {"ArnLike": {"AWS:SourceArn": request.text("SourceArn")}},
            });
            if statements.iter().any(|one| one["Sid"] == statement["Sid"]) {
                return Err("ResourceConflictException");
            }
            statements.push(statement.clone());
            Ok(json!({"Statement": statement.to_string()}))
        }
        "RemovePermission" => {
            let before = statements.len();
            statements.retain(|one| one["Sid"] != request.text("StatementId"));
            if statements.len() < before {
                empty()
            } else {
                Err(MISSING)
            }
        }
        other => panic!("lambda {other}"),
    }
}
