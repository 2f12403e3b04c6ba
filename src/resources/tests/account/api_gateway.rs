//! APIs, their stages and deployments, keys and usage plans.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::{Account, Request, add, empty, free_id};
use serde_json::{Value, json};

pub(super) const MISSING: &str = "NotFoundException";

impl Account {
    pub(super) fn api_gateway(&mut self, request: &Request) -> Reply {
        match request.operation.as_str() {
            "GetRestApis" => Ok(self.list("apis", "api")),
            "GetApiKeys" => Ok(self.list("keys", "")),
            "GetUsagePlans" => Ok(self.list("plans", "")),
            "CreateRestApi" => Ok(self.create_api(request)),
            "CreateApiKey" => Ok(self.create("keys", request)),
            "CreateUsagePlan" => Ok(self.create("plans", request)),
            "GetAccount" => Ok(self.world["account"].clone()),
            "UpdateAccount" => {
                let changed = self.patched(request, &["account"])?;
                // With its first role the service greets in a log group of its own.
                if changed.get("cloudwatchRoleArn").is_some() {
                    self.world["groups"]["/aws/apigateway/welcome"] = json!({"tags": {}});
                }
                Ok(changed)
            }
            "GetTags" => Ok(json!({"tags": self.tags(request.text("resource_arn"))?})),
            "TagResource" => {
                add(
                    self.tags(request.text("resource_arn"))?,
                    &request.input["tags"],
                );
                empty()
            }
            "CreateDomainName" => Ok(self.create_domain(request)),
            _ if request.input.contains_key("domain_name") => self.of_domain(request),
            _ if request.input.contains_key("restapi_id") => self.of_api(request),
            _ if request.input.contains_key("api_Key") => self.of_key(request),
            _ => self.of_plan(request),
        }
    }

    /// The list of API Gateway's second API: by id, the names of WebSocket APIs.
    pub(super) fn websockets(&self) -> Value {
        let recorded = &body("apigatewayv2", "GetApis")["items"][0];
        let all = self.world["websockets"].as_object().unwrap().iter();
        let items = all.map(|(id, name)| {
            let mut api = recorded.clone();
            add(&mut api, &json!({"apiId": id, "name": name}));
            api
        });
        json!({"items": items.collect::<Vec<_>>()})
    }

    /// A list, with tags only where there are some.
    fn list(&self, kind: &str, within: &str) -> Value {
        let all = self.world[kind].as_object().unwrap().values();
        let items = all.map(|item| {
            let mut item = item.get(within).unwrap_or(item).clone();
            let fields = item.as_object_mut().unwrap();
            fields.retain(|name, tags| name != "tags" || *tags != json!({}) && !self.terse_lists);
            item
        });
        json!({"item": items.collect::<Vec<_>>()})
    }

    /// What the request leaves open is as recorded, but for what is not there unless it is asked for.
    fn create(&mut self, kind: &str, request: &Request) -> Value {
        let mut made = body("apigateway", &request.operation);
        let optional = [
            "description",
            "tags",
            "throttle",
            "quota",
            "apiStages",
            "value",
        ];
        let fields = made.as_object_mut().unwrap();
        fields.retain(|name, _| !optional.contains(&name.as_str()));
        add(&mut made, &Value::Object(request.input.clone()));
        if let Some(quota) = made.get_mut("quota") {
            quota["offset"] = 0.into();
        }
        let id = free_id(&self.world[kind], &made["id"]);
        made["id"] = id.clone().into();
        self.world[kind][id] = made.clone();
        made
    }

    fn create_api(&mut self, request: &Request) -> Value {
        let mut made = body("apigateway", "CreateRestApi");
        made["endpointConfiguration"]["types"] = json!(["EDGE"]);
        made["tags"] = json!({});
        for (name, value) in &request.input {
            match made[name].is_object() {
                true => add(&mut made[name], value),
                false => made[name] = value.clone(),
            }
        }
        let id = free_id(&self.world["apis"], &made["id"]);
        made["id"] = id.clone().into();
        let root = made["rootResourceId"].as_str().unwrap();
        self.world["apis"][id] = json!({
            "api": made, "deployments": {}, "stages": {}, "responses": {}, "authorizers": {}, "resources": {root: {"id": root, "path": "/"}},
        });
        made
    }

    fn of_api(&mut self, request: &Request) -> Reply {
        let id = request.text("restapi_id");
        if request.operation == "DeleteStage" && self.is_mapped(id, request.text("stage_name")) {
            return Err("BadRequestException");
        }
        let api = self.find("apis", id, MISSING)?;
        match request.operation.as_str() {
            "GetRestApi" => Ok(api["api"].clone()),
            "UpdateRestApi" => self.patched(request, &["apis", id, "api"]),
            "DeleteRestApi" => self.delete("apis", id, MISSING),
            "GetStages" => Ok(items(&api["stages"])),
            "CreateStage" => create_stage(api, request),
            "UpdateStage" => {
                let name = request.text("stage_name");
                api["stages"].get(name).ok_or(MISSING)?;
                self.patched(request, &["apis", id, "stages", name])
            }
            "DeleteStage" => remove(&mut api["stages"], request.text("stage_name")),
            "GetAuthorizers" => Ok(items(&api["authorizers"])),
            "CreateAuthorizer" => Ok(create_authorizer(api, request)),
            "UpdateAuthorizer" => {
                let one = request.text("authorizer_id");
                api["authorizers"].get(one).ok_or(MISSING)?;
                self.patched(request, &["apis", id, "authorizers", one])
            }
            "DeleteAuthorizer" => {
                let one = request.text("authorizer_id");
                assert!(
                    !api["resources"].to_string().contains(&format!("{one:?}")),
                    "{one} is in use"
                );
                remove(&mut api["authorizers"], one)
            }
            "GetGatewayResponses" => Ok(gateway_responses(api)),
            "PutGatewayResponse" => Ok(put_gateway_response(api, request)),
            "DeleteGatewayResponse" => remove(&mut api["responses"], request.text("response_type")),
            "GetDeployments" => Ok(items(&api["deployments"])),
            "GetDeployment" => {
                let place = &mut api["deployments"];
                place
                    .get(request.text("deployment_id"))
                    .cloned()
                    .ok_or(MISSING)
            }
            "CreateDeployment" => Ok(create_deployment(api, request)),
            "DeleteDeployment" => {
                let id = request.text("deployment_id");
                let mut stages = api["stages"].as_object().unwrap().values();
                match stages.any(|stage| stage["deploymentId"] == id) {
                    true => Err("BadRequestException"),
                    false => remove(&mut api["deployments"], id),
                }
            }
            _ => self.routes(request),
        }
    }

    fn of_key(&mut self, request: &Request) -> Reply {
        let id = request.text("api_Key");
        let key = self.find("keys", id, MISSING)?;
        match request.operation.as_str() {
            "GetApiKey" => Ok(key.clone()),
            "UpdateApiKey" => self.patched(request, &["keys", id]),
            "DeleteApiKey" => self.delete("keys", id, MISSING),
            other => panic!("apigateway {other}"),
        }
    }

    fn of_plan(&mut self, request: &Request) -> Reply {
        let id = request.text("usageplanId");
        let plan = self.find("plans", id, MISSING)?;
        let attached = |key: &str| format!("{id} {key}");
        match request.operation.as_str() {
            "GetUsagePlan" => Ok(plan.clone()),
            "UpdateUsagePlan" => self.patched(request, &["plans", id]),
            // With a stage on it, it stays.
            "DeleteUsagePlan" if plan["apiStages"] != json!([]) => Err("BadRequestException"),
            "DeleteUsagePlan" => self.delete("plans", id, MISSING),
            "CreateUsagePlanKey" => {
                let key = request.text("keyId");
                if self.is_on_a_plan_of(id, key) {
                    return Err("ConflictException");
                }
                let mut made = body("apigateway", "CreateUsagePlanKey");
                made["id"] = key.into();
                self.world["on_plan"][attached(key)] = made.clone();
                Ok(made)
            }
            "GetUsagePlanKeys" => {
                let all = self.world["on_plan"].as_object().unwrap().iter();
                let on_it = all.filter(|(place, _)| place.starts_with(&attached("")));
                let on_it: Vec<&Value> = on_it.map(|(_, key)| key).collect();
                Ok(json!({"item": on_it}))
            }
            "GetUsagePlanKey" => {
                let key = attached(request.text("keyId"));
                Ok(self.find("on_plan", &key, MISSING)?.clone())
            }
            "GetUsage" => Ok(usage(&self.world, id, request)),
            "DeleteUsagePlanKey" => {
                let key = attached(request.text("keyId"));
                self.delete("on_plan", &key, MISSING)
            }
            other => panic!("apigateway {other}"),
        }
    }

    /// AWS has a key on one plan of a stage.
    fn is_on_a_plan_of(&self, plan: &str, key: &str) -> bool {
        let stages = |plan: &str| self.world["plans"][plan]["apiStages"].clone();
        let named = |stage: &Value| (stage["apiId"].clone(), stage["stage"].clone());
        let ours: Vec<_> = stages(plan)
            .as_array()
            .into_iter()
            .flatten()
            .map(named)
            .collect();
        let on = self.world["on_plan"].as_object().unwrap().keys();
        let mut on = on.filter_map(|pair| pair.split_once(' '));
        on.any(|(other, one)| {
            let shared = |stage| ours.contains(&named(stage));
            one == key && stages(other).as_array().into_iter().flatten().any(shared)
        })
    }

    /// The tags of what an ARN names: `arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages/dev`.
    fn tags(&mut self, arn: &str) -> Result<&mut Value, &'static str> {
        let path: Vec<&str> = arn.split("::/").nth(1).unwrap().split('/').collect();
        let place: &[&str] = match path.as_slice() {
            ["restapis", api] => &["apis", api, "api"],
            ["restapis", api, "stages", stage] => &["apis", api, "stages", stage],
            ["apikeys", key] => &["keys", key],
            ["usageplans", plan] => &["plans", plan],
            other => panic!("{other:?} has no tags"),
        };
        let mut there = Some(&mut self.world);
        for key in place {
            there = there.and_then(|value| value.get_mut(*key));
        }
        let tags = &mut there.ok_or(MISSING)?["tags"];
        if tags.is_null() {
            *tags = json!({});
        }
        Ok(tags)
    }
}

pub(super) fn items(of: &Value) -> Value {
    let all = of.as_object().unwrap().values();
    json!({"item": all.cloned().collect::<Vec<_>>()})
}

pub(super) fn remove(from: &mut Value, name: &str) -> Reply {
    from.as_object_mut().unwrap().remove(name).ok_or(MISSING)?;
    empty()
}

fn create_stage(api: &mut Value, request: &Request) -> Reply {
    let mut made = body("apigateway", "CreateStage");
    let deployment = request.text("deploymentId");
    api["deployments"].get(deployment).ok_or(MISSING)?;
    made["tags"] = json!({});
    for name in ["stageName", "deploymentId", "tags"] {
        if let Some(value) = request.input.get(name) {
            made[name] = value.clone();
        }
    }
    api["stages"][request.text("stageName")] = made.clone();
    Ok(made)
}

/// What the request leaves open is not there, but for the time to live.
fn create_authorizer(api: &mut Value, request: &Request) -> Value {
    let is_cognito = request.text("type") == "COGNITO_USER_POOLS";
    let answer = if is_cognito {
        "CreateAuthorizer.cognito"
    } else {
        "CreateAuthorizer"
    };
    let mut made = body("apigateway", answer);
    let id = free_id(&api["authorizers"], &made["id"]);
    for name in [
        "providerARNs",
        "authorizerUri",
        "identitySource",
        "identityValidationExpression",
    ] {
        made.as_object_mut().unwrap().remove(name);
    }
    let names = request.input.iter();
    names
        .filter(|(name, _)| *name != "restapi_id")
        .for_each(|(name, value)| made[name] = value.clone());
    made["id"] = id.clone().into();
    api["authorizers"][id] = made.clone();
    made
}

/// All there are, those that nobody set included.
fn gateway_responses(api: &Value) -> Value {
    let mut all = body("apigateway", "GetGatewayResponses");
    for item in all["item"].as_array_mut().unwrap() {
        if let Some(set) = api["responses"].get(item["responseType"].as_str().unwrap()) {
            *item = set.clone();
        }
    }
    all
}

/// A put replaces all; what it leaves open is AWS's own.
fn put_gateway_response(api: &mut Value, request: &Request) -> Value {
    let mut made = body("apigateway", "PutGatewayResponse");
    let kind = request.text("response_type");
    made["responseType"] = kind.into();
    made["responseParameters"] = json!({});
    made.as_object_mut().unwrap().remove("statusCode");
    for name in ["responseParameters", "responseTemplates", "statusCode"] {
        if let Some(value) = request.input.get(name) {
            made[name] = value.clone();
        }
    }
    api["responses"][kind] = made.clone();
    made
}

/// The later, the later in the list of dates.
fn create_deployment(api: &mut Value, request: &Request) -> Value {
    let mut made = body("apigateway", "CreateDeployment");
    let (date, made_before) = (made["createdDate"].as_u64().unwrap(), &api["deployments"]);
    made["createdDate"] = (date + made_before.as_object().unwrap().len() as u64).into();
    made["description"] = request.input["description"].clone();
    let id = free_id(made_before, &made["id"]);
    made["id"] = id.clone().into();
    let mut kept = made.clone();
    kept["apiSummary"] = summary(&api["resources"]);
    api["deployments"][id] = kept;
    made
}

/// What a deployment keeps of the API, by path and method (API Gateway API reference, MethodSnapshot).
fn summary(resources: &Value) -> Value {
    let mut paths = json!({});
    for resource in resources.as_object().unwrap().values() {
        let methods = resource["resourceMethods"].as_object();
        for (verb, method) in methods.into_iter().flatten() {
            paths[resource["path"].as_str().unwrap()][verb] = json!({
                "authorizationType": method["authorizationType"], "apiKeyRequired": method["apiKeyRequired"],
            });
        }
    }
    paths
}

/// What a plan has counted: a key a page. The numbers are the test's, as many as the first key has.
fn usage(world: &Value, plan: &str, request: &Request) -> Value {
    let mut answer = body("apigateway", "GetUsage");
    answer["usagePlanId"] = plan.into();
    for (name, from) in [("startDate", "startDate"), ("endDate", "endDate")] {
        answer[name] = request.input[from].clone();
    }
    let counted = world["usage"][plan]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let wanted = request.input.get("keyId").and_then(Value::as_str);
    let keys = counted
        .iter()
        .filter(|(id, _)| wanted.is_none_or(|wanted| wanted == *id));
    let keys: Vec<_> = keys.collect();
    let at = request.input.get("position").and_then(Value::as_str);
    let at: usize = at.map_or(0, |at| at.parse().unwrap());
    answer["values"] = match keys.get(at) {
        Some((id, days)) => json!({id.as_str(): days}),
        None => json!({}),
    };
    let fields = answer.as_object_mut().unwrap();
    match at + 1 < keys.len() {
        true => fields.insert("position".to_owned(), (at + 1).to_string().into()),
        false => fields.remove("position"),
    };
    answer
}
