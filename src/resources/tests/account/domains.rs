//! Custom domain names and what is mapped on them.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::api_gateway::{MISSING, items, remove};
use super::{Account, Request, add};
use serde_json::{Value, json};

/// API Gateway's base path of a mapping that has none.
const ROOT: &str = "(none)";

impl Account {
    pub(super) fn create_domain(&mut self, request: &Request) -> Value {
        let mut made = body("apigateway", "CreateDomainName");
        made["tags"] = json!({});
        add(&mut made, &Value::Object(request.input.clone()));
        let name = request.text("domainName");
        self.world["domains"][name] = json!({"domain": made, "mappings": {}});
        made
    }

    pub(super) fn of_domain(&mut self, request: &Request) -> Reply {
        let name = request.text("domain_name");
        let domain = self.find("domains", name, MISSING)?;
        let base_path = || request.text("base_path");
        match request.operation.as_str() {
            "GetDomainName" => {
                let now = domain["domain"].clone();
                if now["domainNameStatus"] != "FAILED" {
                    domain["domain"]["domainNameStatus"] = "AVAILABLE".into();
                }
                Ok(now)
            }
            "UpdateDomainName" => {
                domain["domain"]["domainNameStatus"] = "UPDATING".into();
                self.patched(request, &["domains", name, "domain"])
            }
            "DeleteDomainName" => self.delete("domains", name, MISSING),
            "GetBasePathMappings" => Ok(items(&domain["mappings"])),
            "CreateBasePathMapping" => create_mapping(&mut domain["mappings"], request),
            "UpdateBasePathMapping" => {
                self.patched(request, &["domains", name, "mappings", base_path()])
            }
            "DeleteBasePathMapping" => remove(&mut domain["mappings"], base_path()),
            other => panic!("apigateway {other}"),
        }
    }

    /// Whether a base path leads to the stage.
    pub(super) fn is_mapped(&self, api: &str, stage: &str) -> bool {
        let domains = self.world["domains"].as_object().unwrap().values();
        let mut mappings =
            domains.flat_map(|domain| domain["mappings"].as_object().unwrap().values());
        mappings.any(|mapping| mapping["restApiId"] == api && mapping["stage"] == stage)
    }
}

fn create_mapping(mappings: &mut Value, request: &Request) -> Reply {
    let base_path = request.input.get("basePath").and_then(Value::as_str);
    let base_path = base_path.unwrap_or(ROOT);
    if mappings.get(base_path).is_some() {
        return Err("ConflictException");
    }
    let made = json!({
        "basePath": base_path, "restApiId": request.text("restApiId"), "stage": request.text("stage"),
    });
    mappings[base_path] = made.clone();
    Ok(made)
}
