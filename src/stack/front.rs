//! What stands before the function: the REST API, its stage, key and usage plan.

use super::{Builder, Purpose, hash};
use crate::config::settings as config;
use crate::engine::Handle;
use crate::policies::{self, RenderError, Values};
use crate::resources::{
    AccountLogging, ApiKey, DEFAULT_KEY, Deployment, Function, LogGroup, LogGroupName, Permission,
    RestApi, Routes, Stage, UsagePlan, WantedMethod,
};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

impl Builder<'_> {
    pub(super) fn api(&mut self) -> Handle<RestApi> {
        let api = RestApi {
            names: self.names.clone(),
            tags: self.tags.clone(),
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

    pub(super) fn wanted_methods(&self) -> BTreeMap<(String, String), WantedMethod> {
        let method = |route: &config::Route| {
            let authorization = match route.auth {
                config::Auth::Iam => "AWS_IAM",
                config::Auth::None => "NONE",
            };
            (
                (route.path.clone(), route.method.clone()),
                WantedMethod {
                    authorization,
                    api_key: route.api_key,
                },
            )
        };
        self.settings.routes.iter().map(method).collect()
    }

    pub(super) fn routes(&mut self, api: &Handle<RestApi>) -> Handle<Routes> {
        let (wanted, uri) = (self.wanted_methods(), self.invocation_uri());
        self.graph.add_inside(api, |needs| Routes {
            api: needs.on(api),
            wanted,
            uri,
        })
    }

    pub(super) fn deployment(
        &mut self,
        api: &Handle<RestApi>,
        routes: &Handle<Routes>,
    ) -> Handle<Deployment> {
        let definition = format!("{:?} {}", self.wanted_methods(), self.invocation_uri());
        let definition = hash(definition.as_bytes());
        self.graph.add_inside(api, |needs| Deployment {
            api: needs.on(api),
            routes: needs.on(routes),
            definition,
        })
    }

    pub(super) fn permission(
        &mut self,
        function: &Handle<Function>,
        api: &Handle<RestApi>,
    ) -> Handle<Permission> {
        let names = self.names.clone();
        self.graph.add_inside(function, |needs| Permission {
            function: needs.on(function),
            api: needs.on(api),
            names,
        })
    }

    pub(super) fn execution_log(&mut self, api: &Handle<RestApi>) -> Handle<LogGroup> {
        let (retention, tags, names) = (
            self.settings.api.log_retention,
            self.tags.clone(),
            self.names.clone(),
        );
        self.graph.add(|needs| LogGroup {
            kind: "execution log group",
            name: LogGroupName::Execution(needs.on(api)),
            retention,
            tags,
            names,
        })
    }

    pub(super) fn account_logging(
        &mut self,
        purpose: &Purpose,
    ) -> Result<Handle<AccountLogging>, RenderError> {
        let logging = AccountLogging {
            names: self.names.clone(),
            trust: policies::render(policies::APIGATEWAY_TRUST, &Values::new())?,
            list: self.list.clone(),
            stage_tags: self.tags.clone(),
            leaving: matches!(purpose, Purpose::Delete),
            looked: AtomicBool::new(false),
        };
        Ok(self.graph.add(|_| logging))
    }

    pub(super) fn key(&mut self, purpose: &Purpose) -> Handle<ApiKey> {
        let key = ApiKey {
            names: self.names.clone(),
            tags: self.tags.clone(),
            consumer: DEFAULT_KEY.to_owned(),
            leaving: matches!(purpose, Purpose::Delete),
        };
        self.graph.add(|_| key)
    }

    pub(super) fn plan(
        &mut self,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
    ) -> Handle<UsagePlan> {
        let (names, tags, list, wanted) = (
            self.names.clone(),
            self.tags.clone(),
            self.list.clone(),
            &self.settings.usage_plan,
        );
        self.graph.add(|needs| UsagePlan {
            names,
            tags,
            api: needs.on(api),
            stage: needs.on(stage),
            list,
            rate: wanted.rate,
            burst: wanted.burst,
            quota: wanted.quota,
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
