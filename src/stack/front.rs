//! What stands before the function: the REST API, its stage, key and usage plan.

use super::{Builder, Purpose, hash};
use crate::config::settings as config;
use crate::engine::Handle;
use crate::policies::{self, RenderError, Values};
use crate::resources::{
    AccountLogging, ApiKey, CORS_ON, DEFAULT_KEY, Deployment, Function, GatewayResponses, LogGroup,
    LogGroupName, Method, Permission, RestApi, Routes, Stage, UsagePlan,
};
use crate::tags::CORS_TAG;
use gatewayq_routes::ANY;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

/// The method of a preflight.
const OPTIONS: &str = "OPTIONS";

impl Builder<'_> {
    pub(super) fn api(&mut self) -> Handle<RestApi> {
        let tags = self.tags.clone();
        let api = RestApi {
            names: self.names.clone(),
            tags: match self.settings.api.cors {
                Some(_) => tags.with(CORS_TAG, CORS_ON),
                None => tags,
            },
            list: self.list.clone(),
        };
        self.graph.add(|_| api)
    }

    pub(super) fn invocation_uri(&self) -> String {
        let (partition, region) = (&self.names.identity.partition, &self.names.region);
        let function = self.names.function_arn();
        format!(
            "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
        )
    }

    pub(super) fn methods(&self) -> BTreeMap<(String, String), Method> {
        let method = |route: &config::Route| {
            let authorization = match route.auth {
                config::Auth::Iam => "AWS_IAM",
                config::Auth::None => "NONE",
            };
            (
                (route.path.clone(), route.method.clone()),
                Method::new(authorization, route.api_key),
            )
        };
        let preflights = self.preflights().into_iter();
        let preflights = preflights.map(|path| {
            let key = (path.to_owned(), OPTIONS.to_owned());
            (key, Method::new("NONE", false))
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
        let (names, tags, headers) = (self.names.clone(), self.tags.clone(), self.error_headers());
        self.graph.add_inside(api, |depends| GatewayResponses {
            api: depends.on(api),
            names,
            tags,
            headers,
        })
    }

    pub(super) fn routes(&mut self, api: &Handle<RestApi>) -> Handle<Routes> {
        let (methods, uri) = (self.methods(), self.invocation_uri());
        self.graph.add_inside(api, |depends| Routes {
            api: depends.on(api),
            methods,
            uri,
        })
    }

    /// What a deployment freezes, as text: another text is another deployment.
    fn definition(&self) -> String {
        let methods = self.methods();
        let lines = methods.iter().map(|((path, verb), method)| {
            format!("{verb} {path} {} {}", method.authorization, method.api_key)
        });
        let headers = self.error_headers().into_iter().flatten();
        let headers = headers.map(|(name, value)| format!("{name}: {value}"));
        let lines = lines.chain([self.invocation_uri()]).chain(headers);
        let lines: Vec<String> = lines.collect();
        lines.join("\n")
    }

    pub(super) fn deployment(
        &mut self,
        api: &Handle<RestApi>,
        routes: &Handle<Routes>,
        responses: &Handle<GatewayResponses>,
    ) -> Handle<Deployment> {
        let definition = hash(self.definition().as_bytes());
        self.graph.add_inside(api, |depends| {
            depends.require(routes);
            depends.require(responses);
            Deployment {
                api: depends.on(api),
                definition,
            }
        })
    }

    pub(super) fn permission(
        &mut self,
        function: &Handle<Function>,
        api: &Handle<RestApi>,
    ) -> Handle<Permission> {
        let names = self.names.clone();
        self.graph.add_inside(function, |depends| {
            depends.require(function);
            Permission {
                api: depends.on(api),
                names,
            }
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

    pub(super) fn account_logging(
        &mut self,
        purpose: &Purpose,
    ) -> Result<Option<Handle<AccountLogging>>, RenderError> {
        let deleting = matches!(purpose, Purpose::Delete);
        if self.settings.api.log_level == config::LogLevel::Off && !deleting {
            return Ok(None);
        }
        let logging = AccountLogging {
            names: self.names.clone(),
            trust: policies::render(policies::APIGATEWAY_TRUST, &Values::new())?,
            user_tags: self.settings.tags.clone(),
            boundary: self.settings.role.boundary.arn().map(str::to_owned),
            list: self.list.clone(),
            stage_tags: self.tags.clone(),
            deleting,
            logs: self.settings.api.log_level != config::LogLevel::Off,
            looked: AtomicBool::new(false),
            refused: OnceLock::new(),
        };
        Ok(Some(self.graph.add(|_| logging)))
    }

    pub(super) fn key(&mut self, purpose: &Purpose) -> Handle<ApiKey> {
        let key = ApiKey {
            names: self.names.clone(),
            tags: self.tags.clone(),
            consumer: DEFAULT_KEY.to_owned(),
            deleting: matches!(purpose, Purpose::Delete),
            list: self.keys.clone(),
        };
        self.graph.add(|_| key)
    }

    pub(super) fn usage_plan(
        &mut self,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
    ) -> Handle<UsagePlan> {
        let (names, tags, list, keys, wanted) = (
            self.names.clone(),
            self.tags.clone(),
            self.list.clone(),
            self.keys.clone(),
            &self.settings.usage_plan,
        );
        self.graph.add(|depends| {
            depends.require(stage);
            UsagePlan {
                names,
                tags,
                api: depends.on(api),
                list,
                keys,
                rate: wanted.rate,
                burst: wanted.burst,
                quota: wanted.quota,
            }
        })
    }
}

pub(super) fn log_level(level: config::LogLevel) -> &'static str {
    match level {
        config::LogLevel::Off => "OFF",
        config::LogLevel::Error => "ERROR",
        config::LogLevel::Info => "INFO",
    }
}
