//! Who judges the callers of the routes: authorizers, and leave for API Gateway to invoke their functions.

use super::{Builder, Purpose};
use crate::config::settings as config;
use crate::engine::Handle;
use crate::resources::{
    Authorization, Authorizer, AuthorizerList, AuthorizerPermission, EarlierAuthorizers,
    InvokedFunction, Judge, RestApi, Routes, ServedDeployment,
};
use aws_sdk_apigateway::types::AuthorizerType;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

impl Builder<'_> {
    pub(super) fn authorizers(
        &mut self,
        api: &Handle<RestApi>,
        list: &AuthorizerList,
    ) -> BTreeMap<String, Handle<Authorizer>> {
        let mut made = BTreeMap::new();
        for (name, wanted) in &self.settings.authorizers {
            let judge = self.judge(wanted);
            let handle = self.graph.add_inside(api, |depends| Authorizer {
                api: depends.on(api),
                name: name.clone(),
                judge,
                identity_source: identity_source(wanted),
                list: list.clone(),
                looked: AtomicBool::new(false),
            });
            made.insert(name.clone(), handle);
        }
        made
    }

    pub(super) fn authorizer_permissions(
        &mut self,
        api: &Handle<RestApi>,
        authorizers: &BTreeMap<String, Handle<Authorizer>>,
        purpose: &Purpose,
    ) -> Vec<Handle<AuthorizerPermission>> {
        let mut made = Vec::new();
        for (name, authorizer) in authorizers {
            let Some(function) = self.judging_function(&self.settings.authorizers[name]) else {
                continue;
            };
            let names = self.names.clone();
            made.push(self.graph.add(|depends| AuthorizerPermission {
                api: depends.on(api),
                authorizer: depends.on(authorizer),
                names,
                name: name.clone(),
                function,
                deleting: matches!(purpose, Purpose::Delete),
                refused: OnceLock::new(),
            }));
        }
        made
    }

    /// Those that are no more wanted go after all that used them.
    pub(super) fn earlier_authorizers(
        &mut self,
        api: &Handle<RestApi>,
        (routes, served): (&Handle<Routes>, &Handle<ServedDeployment>),
        list: AuthorizerList,
        purpose: &Purpose,
    ) {
        let wanted = self.settings.authorizers.iter();
        let wanted = wanted.map(|(name, wanted)| self.judge(wanted).full_name(name));
        let wanted = wanted.collect();
        let names = self.names.clone();
        self.graph.add(|depends| {
            depends.after(routes);
            depends.after(served);
            EarlierAuthorizers {
                api: depends.on(api),
                names,
                wanted,
                list,
                deleting: matches!(purpose, Purpose::Delete),
                looked: AtomicBool::new(false),
            }
        });
    }

    /// What a route asks of its callers. The reader has seen to it that its authorizer is there.
    pub(super) fn authorization(&self, route: &config::Route) -> Authorization {
        let name = match &route.auth {
            config::Auth::Iam => return Authorization::Signature,
            config::Auth::None => return Authorization::Open,
            config::Auth::Authorizer(name) => name.clone(),
        };
        let (kind, scopes) = match self.settings.authorizers.get(&name) {
            Some(config::Authorizer::Cognito { scopes, .. }) => {
                let scopes = route.scopes.as_ref().unwrap_or(scopes);
                ("COGNITO_USER_POOLS", scopes.iter().cloned().collect())
            }
            _ => ("CUSTOM", BTreeSet::new()),
        };
        Authorization::Authorizer { name, kind, scopes }
    }

    /// The authorizers in the definition that a deployment freezes.
    pub(super) fn frozen_authorizers(&self) -> impl Iterator<Item = String> {
        let all = self.settings.authorizers.iter();
        all.map(|(name, wanted)| {
            let (judge, source) = (self.judge(wanted), identity_source(wanted));
            format!("{name} {source} {}", judge.frozen())
        })
    }

    fn judge(&self, wanted: &config::Authorizer) -> Judge {
        match wanted {
            config::Authorizer::Cognito { user_pools, .. } => {
                Judge::Cognito(user_pools.iter().cloned().collect())
            }
            config::Authorizer::Lambda(lambda) => Judge::Lambda {
                kind: match lambda.kind {
                    config::LambdaKind::Token => AuthorizerType::Token,
                    config::LambdaKind::Request => AuthorizerType::Request,
                },
                uri: InvokedFunction::named(&lambda.function, &self.names).uri(&self.names),
                ttl: lambda.ttl,
                pattern: lambda.token_pattern.clone().unwrap_or_default(),
            },
        }
    }

    fn judging_function(&self, wanted: &config::Authorizer) -> Option<InvokedFunction> {
        match wanted {
            config::Authorizer::Cognito { .. } => None,
            config::Authorizer::Lambda(lambda) => {
                Some(InvokedFunction::named(&lambda.function, &self.names))
            }
        }
    }
}

/// As API Gateway takes it: all with commas between them.
fn identity_source(wanted: &config::Authorizer) -> String {
    match wanted {
        config::Authorizer::Cognito {
            identity_source, ..
        } => identity_source.clone(),
        config::Authorizer::Lambda(lambda) => lambda.identity_sources.join(","),
    }
}
