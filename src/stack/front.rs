//! What stands before the function: the REST API, who may use it, and its logs.

use super::{Builder, Purpose, hash};
use crate::config::settings::{self as config, Access};
use crate::engine::Handle;
use crate::policies::{self, RenderError, Values};
use crate::resources::{
    AccountLogging, Authorization, Authorizer, AuthorizerList, DefaultEndpoint, Deployment,
    Function, GatewayResponses, LogGroup, LogGroupName, MethodAccess, Permission, ResourcePolicy,
    RestApi, Routes, Snapshot, Versions,
};
use crate::tags::{
    ACCESS_LOG_TAG, ALARMS_TAG, AUTHORIZERS_TAG, CONCURRENCY_TAG, CORS_TAG, ENDPOINT_TAG,
    POLICY_TAG, RESULTS_TAG, Tags,
};
use gatewayq_routes::ANY;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The method of a preflight.
const OPTIONS: &str = "OPTIONS";

impl Builder<'_> {
    pub(super) fn api(&mut self) -> Handle<RestApi> {
        let settings = &self.settings.api;
        let api = RestApi {
            names: self.names.clone(),
            tags: self.api_tags(),
            list: self.lists.apis.clone(),
            has_policy: settings.access.is_some(),
            has_no_default_endpoint: settings.disable_default_endpoint,
        };
        self.graph.add(|_| api)
    }

    /// With the marks by which what is taken out of gatewayq.toml is found again.
    fn api_tags(&self) -> Tags {
        let (settings, function) = (&self.settings.api, &self.settings.function);
        let authorizers = &self.settings.authorizers;
        let marks = [
            (CORS_TAG, settings.cors.is_some()),
            (POLICY_TAG, settings.access.is_some()),
            (ACCESS_LOG_TAG, settings.access_log.is_some()),
            (AUTHORIZERS_TAG, !authorizers.is_empty()),
            (ENDPOINT_TAG, settings.disable_default_endpoint),
            (RESULTS_TAG, self.settings.results.is_some()),
            (CONCURRENCY_TAG, function.reserved_concurrency.is_some()),
        ];
        self.tags.clone().marked(&marks)
    }

    pub(super) fn invocation_uri(&self) -> String {
        let (partition, region) = (&self.names.identity.partition, &self.names.region);
        let function = self.names.live_arn();
        format!(
            "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
        )
    }

    pub(super) fn methods(&self) -> BTreeMap<(String, String), MethodAccess> {
        let method = |route: &config::Route| {
            let access = MethodAccess {
                authorization: self.authorization(route),
                api_key: route.api_key,
            };
            ((route.path.clone(), route.method.clone()), access)
        };
        let preflights = self.preflights().into_iter();
        let preflights = preflights.map(|path| {
            let key = (path.to_owned(), OPTIONS.to_owned());
            (key, MethodAccess::open())
        });
        let routes = self.settings.routes.iter().map(method);
        routes.chain(preflights).collect()
    }

    /// The paths that need a method for preflights: a browser sends neither signature nor key with
    /// them. `ANY` takes them by itself, and a path's own `OPTIONS` route is its answer.
    fn preflights(&self) -> BTreeSet<&str> {
        let routes = &self.settings.routes;
        let answers = |path: &str| {
            let mut own = routes.iter().filter(|route| route.path == path);
            own.any(|route| route.method == OPTIONS || route.method == ANY)
        };
        let open = routes.iter().filter(|route| route.cors);
        let paths = open.map(|route| route.path.as_str());
        let has_cors = self.settings.api.cors.is_some();
        paths.filter(|path| has_cors && !answers(path)).collect()
    }

    /// The headers of API Gateway's own errors, with their values as it writes constants. It can give
    /// one value to all: an origin, where there is but one; else `*`, which browsers do not take
    /// together with credentials, so that those errors stay unreadable then.
    fn error_headers(&self) -> Option<BTreeMap<String, String>> {
        let cors = self.settings.api.cors.as_ref()?;
        let origin = match cors.origins.as_slice() {
            [one] => one.single(),
            _ => None,
        };
        let origin = origin.or((!cors.credentials).then_some("*"));
        let Some(origin) = origin else {
            return Some(BTreeMap::new());
        };
        let mut headers = vec![("Access-Control-Allow-Origin", origin.to_owned())];
        if cors.credentials {
            headers.push(("Access-Control-Allow-Credentials", "true".to_owned()));
        }
        if !cors.expose.is_empty() {
            headers.push(("Access-Control-Expose-Headers", cors.expose.join(",")));
        }
        let headers = headers.into_iter();
        let constants = headers.map(|(name, value)| (name.to_owned(), format!("'{value}'")));
        Some(constants.collect())
    }

    pub(super) fn gateway_responses(&mut self, api: &Handle<RestApi>) -> Handle<GatewayResponses> {
        let (names, headers) = (self.names.clone(), self.error_headers());
        self.graph.add_inside(api, |depends| GatewayResponses {
            api: depends.on(api),
            names,
            headers,
        })
    }

    /// Who may reach the API, as its resource policy says it.
    fn access(&self) -> Option<Value> {
        Some(match self.settings.api.access.as_ref()? {
            Access::Policy(document) => document.clone(),
            Access::Addresses { allow, deny } => {
                let methods = self.methods();
                let has_open = methods
                    .values()
                    .any(|method| method.authorization != Authorization::Signature);
                policies::addresses(allow, deny, has_open)
            }
        })
    }

    pub(super) fn resource_policy(&mut self, api: &Handle<RestApi>) -> Handle<ResourcePolicy> {
        let (names, document) = (self.names.clone(), self.access());
        self.graph.add_inside(api, |depends| ResourcePolicy {
            api: depends.on(api),
            names,
            document,
        })
    }

    pub(super) fn routes(
        &mut self,
        api: &Handle<RestApi>,
        authorizers: &BTreeMap<String, Handle<Authorizer>>,
    ) -> Handle<Routes> {
        let (methods, uri) = (self.methods(), self.invocation_uri());
        self.graph.add_inside(api, |depends| Routes {
            api: depends.on(api),
            methods,
            authorizers: authorizers
                .iter()
                .map(|(name, authorizer)| (name.clone(), depends.on(authorizer)))
                .collect(),
            uri,
        })
    }

    /// The hash of what a deployment freezes: with another one it is another deployment.
    pub(super) fn definition(&self) -> String {
        let methods = self.methods();
        let lines = methods
            .iter()
            .map(|((path, verb), access)| format!("{verb} {path} {}", access.frozen()));
        let headers = self.error_headers().into_iter().flatten();
        let headers = headers.map(|(name, value)| format!("{name}: {value}"));
        let policy = self.access().map(|policy| policy.to_string());
        let lines = lines.chain([self.invocation_uri()]).chain(headers);
        let lines = lines.chain(policy);
        let lines = lines.chain(self.frozen_authorizers());
        let lines: Vec<String> = lines.collect();
        hash(lines.join("\n").as_bytes())
    }

    pub(super) fn deployment<'a>(
        &mut self,
        api: &Handle<RestApi>,
        (routes, responses, policy): (
            &Handle<Routes>,
            &Handle<GatewayResponses>,
            &Handle<ResourcePolicy>,
        ),
        endpoint: Option<&Handle<DefaultEndpoint>>,
        authorizers: impl Iterator<Item = &'a Handle<Authorizer>>,
        list: Option<AuthorizerList>,
    ) -> Handle<Deployment> {
        let definition = self.definition();
        let has_no_default_endpoint = self.settings.api.disable_default_endpoint;
        self.graph.add_inside(api, |depends| {
            endpoint.iter().for_each(|endpoint| depends.after(endpoint));
            Deployment {
                api: depends.on(api),
                of: Snapshot {
                    routes: depends.on(routes),
                    responses: depends.on(responses),
                    policy: depends.on(policy),
                },
                authorizers: authorizers
                    .map(|authorizer| depends.on(authorizer))
                    .collect(),
                list,
                definition,
                has_no_default_endpoint,
            }
        })
    }

    pub(super) fn permission(
        &mut self,
        function: &Handle<Function>,
        versions: &Handle<Versions>,
        api: &Handle<RestApi>,
    ) -> Handle<Permission> {
        let names = self.names.clone();
        self.graph.add_inside(function, |depends| Permission {
            api: depends.on(api),
            versions: depends.on(versions),
            names,
        })
    }

    pub(super) fn execution_log(&mut self, api: &Handle<RestApi>) -> Handle<LogGroup> {
        let (retention, tags, names) = (
            self.settings.api.log_retention,
            self.tags.clone(),
            self.names.clone(),
        );
        self.graph.add(|depends| LogGroup {
            kind: "execution log group",
            name: LogGroupName::Execution(depends.on(api)),
            retention,
            tags,
            names,
        })
    }

    /// The access log's group. One that is not written to any more stays until the stage goes.
    pub(super) fn access_log(
        &mut self,
        api: &Handle<RestApi>,
        purpose: &Purpose,
    ) -> Option<Handle<LogGroup>> {
        let wanted = self.settings.api.access_log.is_some();
        let deleting = matches!(purpose, Purpose::Delete);
        let (retention, tags, names) = (
            self.settings.api.log_retention,
            self.tags.clone(),
            self.names.clone(),
        );
        (wanted || deleting).then(|| {
            self.graph.add(|depends| LogGroup {
                kind: "access log group",
                name: LogGroupName::Access(depends.on(api)),
                retention,
                tags,
                names,
            })
        })
    }

    /// The stage's tags: they tell what is to be looked for beside it.
    pub(super) fn stage_tags(&self) -> Tags {
        let marks = [(ALARMS_TAG, self.settings.alarms.is_some())];
        self.tags.clone().marked(&marks)
    }

    pub(super) fn account_logging(
        &mut self,
        purpose: &Purpose,
    ) -> Result<Option<Handle<AccountLogging>>, RenderError> {
        let deleting = matches!(purpose, Purpose::Delete);
        let settings = &self.settings.api;
        let logs = settings.logs();
        if !logs && !deleting {
            return Ok(None);
        }
        let logging = AccountLogging {
            names: self.names.clone(),
            trust: policies::render(policies::APIGATEWAY_TRUST, &Values::new())?,
            user_tags: self.settings.tags.clone(),
            boundary: self.settings.role.boundary.arn().map(str::to_owned),
            list: self.lists.apis.clone(),
            stage_tags: self.tags.clone(),
            deleting,
            logs,
            refused: OnceLock::new(),
        };
        Ok(Some(self.graph.add(|_| logging)))
    }
}

pub(super) fn log_level(level: config::LogLevel) -> &'static str {
    match level {
        config::LogLevel::Off => "OFF",
        config::LogLevel::Error => "ERROR",
        config::LogLevel::Info => "INFO",
    }
}
