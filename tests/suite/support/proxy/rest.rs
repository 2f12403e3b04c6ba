//! Method and path of Lambda's and API Gateway's REST requests, as the operations of their API references.
use hyper::Method;

/// The operation's name; method and path where the table has none.
pub(super) fn operation(service: &str, method: &Method, path: &str) -> String {
    let segments: Vec<_> = path.trim_matches('/').split('/').collect();
    let found = match service {
        "lambda" => lambda(method.as_str(), &segments),
        _ => api_gateway(method.as_str(), &segments),
    };
    found.map_or_else(|| format!("{method} {path}"), str::to_owned)
}

/// The function's name, or the whole path for API Gateway.
pub(super) fn resource(service: &str, path: &str) -> String {
    let segments: Vec<_> = path.trim_matches('/').split('/').collect();
    match (service, segments.as_slice()) {
        ("lambda", [_, _, name, ..]) => (*name).to_owned(),
        ("lambda", _) => String::new(),
        _ => path.to_owned(),
    }
}

fn lambda(method: &str, path: &[&str]) -> Option<&'static str> {
    let [_date, path @ ..] = path else {
        return None;
    };
    Some(match (method, path) {
        ("POST", ["functions"]) => "CreateFunction",
        ("GET", ["functions"]) => "ListFunctions",
        ("GET", ["functions", _]) => "GetFunction",
        ("DELETE", ["functions", _]) => "DeleteFunction",
        ("PUT", ["functions", _, "code"]) => "UpdateFunctionCode",
        ("GET", ["functions", _, "configuration"]) => "GetFunctionConfiguration",
        ("PUT", ["functions", _, "configuration"]) => "UpdateFunctionConfiguration",
        ("POST", ["functions", _, "invocations"]) => "Invoke",
        ("GET", ["functions", _, "policy"]) => "GetPolicy",
        ("POST", ["functions", _, "policy"]) => "AddPermission",
        ("DELETE", ["functions", _, "policy", _]) => "RemovePermission",
        ("GET", ["functions", _, "versions"]) => "ListVersionsByFunction",
        ("POST", ["functions", _, "versions"]) => "PublishVersion",
        ("GET", ["functions", _, "aliases"]) => "ListAliases",
        ("POST", ["functions", _, "aliases"]) => "CreateAlias",
        ("PUT", ["functions", _, "aliases", _]) => "UpdateAlias",
        ("GET", ["functions", _, "concurrency"]) => "GetFunctionConcurrency",
        ("PUT", ["functions", _, "concurrency"]) => "PutFunctionConcurrency",
        ("DELETE", ["functions", _, "concurrency"]) => "DeleteFunctionConcurrency",
        ("GET", ["account-settings"]) => "GetAccountSettings",
        ("GET", ["tags", _]) => "ListTags",
        ("POST", ["tags", _]) => "TagResource",
        ("DELETE", ["tags", _]) => "UntagResource",
        _ => return None,
    })
}

fn api_gateway(method: &str, path: &[&str]) -> Option<&'static str> {
    match path {
        ["restapis", _, "resources", rest @ ..] => resources(method, rest),
        ["restapis", rest @ ..] => rest_apis(method, rest),
        ["usageplans", rest @ ..] => usage_plans(method, rest),
        ["domainnames", rest @ ..] => domain_names(method, rest),
        _ => account_wide(method, path),
    }
}

fn rest_apis(method: &str, path: &[&str]) -> Option<&'static str> {
    Some(match (method, path) {
        ("POST", []) => "CreateRestApi",
        ("GET", []) => "GetRestApis",
        ("GET", [_]) => "GetRestApi",
        ("PUT", [_]) => "PutRestApi",
        ("PATCH", [_]) => "UpdateRestApi",
        ("DELETE", [_]) => "DeleteRestApi",
        ("POST", [_, "deployments"]) => "CreateDeployment",
        ("GET", [_, "deployments"]) => "GetDeployments",
        ("GET", [_, "deployments", _]) => "GetDeployment",
        ("PATCH", [_, "deployments", _]) => "UpdateDeployment",
        ("DELETE", [_, "deployments", _]) => "DeleteDeployment",
        ("GET", [_, "authorizers"]) => "GetAuthorizers",
        ("POST", [_, "authorizers"]) => "CreateAuthorizer",
        ("GET", [_, "authorizers", _]) => "GetAuthorizer",
        ("PATCH", [_, "authorizers", _]) => "UpdateAuthorizer",
        ("DELETE", [_, "authorizers", _]) => "DeleteAuthorizer",
        ("GET", [_, "gatewayresponses"]) => "GetGatewayResponses",
        ("PUT", [_, "gatewayresponses", _]) => "PutGatewayResponse",
        ("DELETE", [_, "gatewayresponses", _]) => "DeleteGatewayResponse",
        ("POST", [_, "stages"]) => "CreateStage",
        ("GET", [_, "stages"]) => "GetStages",
        ("GET", [_, "stages", _]) => "GetStage",
        ("PATCH", [_, "stages", _]) => "UpdateStage",
        ("DELETE", [_, "stages", _]) => "DeleteStage",
        _ => return None,
    })
}

fn resources(method: &str, path: &[&str]) -> Option<&'static str> {
    Some(match (method, path) {
        ("GET", []) => "GetResources",
        ("POST", [_]) => "CreateResource",
        ("GET", [_]) => "GetResource",
        ("PATCH", [_]) => "UpdateResource",
        ("DELETE", [_]) => "DeleteResource",
        ("GET", [_, "methods", _]) => "GetMethod",
        ("PUT", [_, "methods", _]) => "PutMethod",
        ("PATCH", [_, "methods", _]) => "UpdateMethod",
        ("DELETE", [_, "methods", _]) => "DeleteMethod",
        ("GET", [_, "methods", _, "integration"]) => "GetIntegration",
        ("PUT", [_, "methods", _, "integration"]) => "PutIntegration",
        ("PATCH", [_, "methods", _, "integration"]) => "UpdateIntegration",
        ("DELETE", [_, "methods", _, "integration"]) => "DeleteIntegration",
        ("PUT", [_, "methods", _, "responses", _]) => "PutMethodResponse",
        ("DELETE", [_, "methods", _, "responses", _]) => "DeleteMethodResponse",
        ("PUT", [_, "methods", _, "integration", "responses", _]) => "PutIntegrationResponse",
        _ => return None,
    })
}

fn usage_plans(method: &str, path: &[&str]) -> Option<&'static str> {
    Some(match (method, path) {
        ("POST", []) => "CreateUsagePlan",
        ("GET", []) => "GetUsagePlans",
        ("GET", [_]) => "GetUsagePlan",
        ("PATCH", [_]) => "UpdateUsagePlan",
        ("DELETE", [_]) => "DeleteUsagePlan",
        ("POST", [_, "keys"]) => "CreateUsagePlanKey",
        ("GET", [_, "keys"]) => "GetUsagePlanKeys",
        ("GET", [_, "keys", _]) => "GetUsagePlanKey",
        ("DELETE", [_, "keys", _]) => "DeleteUsagePlanKey",
        ("GET", [_, "usage"]) => "GetUsage",
        _ => return None,
    })
}

fn domain_names(method: &str, path: &[&str]) -> Option<&'static str> {
    Some(match (method, path) {
        ("POST", []) => "CreateDomainName",
        ("GET", []) => "GetDomainNames",
        ("GET", [_]) => "GetDomainName",
        ("PATCH", [_]) => "UpdateDomainName",
        ("DELETE", [_]) => "DeleteDomainName",
        ("POST", [_, "basepathmappings"]) => "CreateBasePathMapping",
        ("GET", [_, "basepathmappings"]) => "GetBasePathMappings",
        ("PATCH", [_, "basepathmappings", _]) => "UpdateBasePathMapping",
        ("DELETE", [_, "basepathmappings", _]) => "DeleteBasePathMapping",
        _ => return None,
    })
}

fn account_wide(method: &str, path: &[&str]) -> Option<&'static str> {
    Some(match (method, path) {
        ("GET", ["account"]) => "GetAccount",
        ("PATCH", ["account"]) => "UpdateAccount",
        ("POST", ["apikeys"]) => "CreateApiKey",
        ("GET", ["apikeys"]) => "GetApiKeys",
        ("GET", ["apikeys", _]) => "GetApiKey",
        ("PATCH", ["apikeys", _]) => "UpdateApiKey",
        ("DELETE", ["apikeys", _]) => "DeleteApiKey",
        ("GET", ["tags", _]) => "GetTags",
        ("PUT", ["tags", _]) => "TagResource",
        ("DELETE", ["tags", _]) => "UntagResource",
        _ => return None,
    })
}
