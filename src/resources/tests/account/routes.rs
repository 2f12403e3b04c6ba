//! An API's paths, methods and integrations.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::api_gateway::{MISSING, remove};
use super::{Account, Request, empty, free_id};
use serde_json::{Value, json};

impl Account {
    pub(super) fn routes(&mut self, request: &Request) -> Reply {
        let (terse, id) = (self.terse_lists, request.text("restapi_id"));
        let resources = &mut self.world["apis"][id]["resources"];
        match request.operation.as_str() {
            "GetResources" => {
                let embedded = request.input.get("embed") == Some(&json!("methods")) && !terse;
                Ok(listed(resources, embedded))
            }
            // As of an endpoint that does not know the call: single ones are made.
            "PutRestApi" => Err("BadRequestException"),
            "CreateResource" => create(resources, request),
            "DeleteResource" => delete(resources, request.text("resource_id")),
            operation => {
                let (resource, verb) = (request.text("resource_id"), request.text("http_method"));
                let methods = &mut resources.get_mut(resource).ok_or(MISSING)?["resourceMethods"];
                if operation == "PutMethod" {
                    return Ok(put(methods, verb, request));
                }
                let method = methods.get_mut(verb).ok_or(MISSING)?;
                match operation {
                    "GetMethod" => Ok(method.clone()),
                    "DeleteMethod" => remove(methods, verb),
                    "PutIntegration" => Ok(integrate(method, resource, request)),
                    "UpdateMethod" => self.patched(
                        request,
                        &["apis", id, "resources", resource, "resourceMethods", verb],
                    ),
                    other => panic!("apigateway {other}"),
                }
            }
        }
    }
}

/// Without embedding, the methods are names alone.
fn listed(resources: &Value, embedded: bool) -> Value {
    let all = resources.as_object().unwrap().values().cloned();
    let items = all.map(|mut resource| {
        let methods = resource
            .get_mut("resourceMethods")
            .and_then(Value::as_object_mut);
        let methods = methods.into_iter().flat_map(|methods| methods.values_mut());
        methods
            .filter(|_| !embedded)
            .for_each(|method| *method = json!({}));
        resource
    });
    json!({"item": items.collect::<Vec<_>>()})
}

fn create(resources: &mut Value, request: &Request) -> Reply {
    let (parent, part) = (request.text("parent_id"), request.text("pathPart"));
    let above = resources.get(parent).ok_or(MISSING)?["path"]
        .as_str()
        .unwrap();
    let mut made = body("apigateway", "CreateResource");
    let id = free_id(resources, &made["id"]);
    made["path"] = format!("{}/{part}", above.trim_end_matches('/')).into();
    made["pathPart"] = part.into();
    made["parentId"] = parent.into();
    made["id"] = id.clone().into();
    resources[id] = made.clone();
    Ok(made)
}

/// The children go too.
fn delete(resources: &mut Value, id: &str) -> Reply {
    let top = resources.get(id).ok_or(MISSING)?["path"]
        .as_str()
        .unwrap()
        .to_owned();
    let under = format!("{top}/");
    resources.as_object_mut().unwrap().retain(|_, resource| {
        let path = resource["path"].as_str().unwrap();
        path != top && !path.starts_with(&under)
    });
    empty()
}

fn put(methods: &mut Value, verb: &str, request: &Request) -> Value {
    let mut made = body("apigateway", "PutMethod");
    made["httpMethod"] = verb.into();
    for name in ["authorizationType", "apiKeyRequired"] {
        made[name] = request.input[name].clone();
    }
    for name in ["authorizerId", "authorizationScopes"] {
        if let Some(value) = request.input.get(name) {
            made[name] = value.clone();
        }
    }
    methods[verb] = made.clone();
    made
}

fn integrate(method: &mut Value, resource: &str, request: &Request) -> Value {
    let mut made = body("apigateway", "PutIntegration");
    made["cacheNamespace"] = resource.into();
    for name in ["type", "httpMethod", "uri"] {
        made[name] = request.input[name].clone();
    }
    method["methodIntegration"] = made.clone();
    made
}
