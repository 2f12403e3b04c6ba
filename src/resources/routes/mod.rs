//! The API's paths and methods, converged one by one from one read.
//!
//! Live traffic sees none of it until a deployment is made of the whole.

mod calls;
mod paths;
mod state;

pub use state::State;

use super::rest_api::RestApi;
use super::support::found;
use crate::engine::{Change, Cx, Error, Ref, Resource};
use aws_sdk_apigateway::types::IntegrationType;
use calls::{make_path, put_method, remove_method, remove_path, together, update_method};
use futures::FutureExt;
use paths::{ancestors, parent};
use state::{Integration, Method, describe};
use std::collections::{BTreeMap, BTreeSet};

/// The paths and methods as the stack wants them: exactly these.
pub struct Routes {
    pub api: Ref<RestApi>,
    /// By path and method.
    pub wanted: BTreeMap<Key, WantedMethod>,
    /// The function's invocation URI, the same for all.
    pub uri: String,
}

/// Path and method.
pub type Key = (String, String);

/// What a method asks of its callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedMethod {
    /// `AWS_IAM` or `NONE`.
    pub authorization: &'static str,
    pub api_key: bool,
}

impl Routes {
    /// Lambda is always invoked with POST (API Gateway developer guide, "Lambda proxy integrations").
    fn integration(&self) -> Integration {
        let kind = IntegrationType::AwsProxy.as_str().to_owned();
        Integration {
            kind,
            http_method: "POST".to_owned(),
            uri: self.uri.clone(),
        }
    }

    /// Every path that has to exist, parents before children.
    fn wanted_paths(&self) -> BTreeSet<String> {
        self.wanted
            .keys()
            .flat_map(|(path, _)| ancestors(path))
            .collect()
    }

    /// The topmost paths that are not wanted; their children go with them.
    fn unwanted_paths<'a>(&self, state: &'a State) -> Vec<(&'a String, &'a String)> {
        let wanted = self.wanted_paths();
        let topmost =
            |path: &str| parent(path).is_none_or(|parent| parent == "/" || wanted.contains(parent));
        state
            .paths
            .iter()
            .filter(|(path, _)| !wanted.contains(*path) && topmost(path))
            .collect()
    }

    /// Methods to remove from paths that stay.
    fn unwanted_methods<'a>(&self, state: &'a State) -> Vec<&'a Key> {
        let paths = self.wanted_paths();
        state
            .methods
            .keys()
            .filter(|key| paths.contains(&key.0) && !self.wanted.contains_key(*key))
            .collect()
    }

    fn method_changes(&self, key: &Key, wanted: &WantedMethod, state: &State) -> Vec<Change> {
        let name = format!("{} {}", key.1, key.0);
        let Some(have) = state.methods.get(key) else {
            let key = if wanted.api_key { ", API key" } else { "" };
            return vec![Change::added(
                name,
                format!("{}{key}", wanted.authorization),
            )];
        };
        let mut changes = Vec::new();
        let authorization = wanted.authorization.to_owned();
        changes.extend(Change::between(
            &format!("{name} authorizationType"),
            Some(&have.authorization),
            &authorization,
        ));
        changes.extend(Change::between(
            &format!("{name} apiKeyRequired"),
            Some(&have.api_key),
            &wanted.api_key,
        ));
        let integration = self.integration();
        if have.integration.as_ref() != Some(&integration) {
            let before = have.integration.as_ref().map(describe);
            changes.extend(Change::between(
                &format!("{name} integration"),
                before.as_ref(),
                &describe(&integration),
            ));
        }
        changes
    }

    async fn make_paths(&self, cx: &Cx, api: &str, state: &mut State) -> Result<(), Error> {
        let missing: Vec<String> = self
            .wanted_paths()
            .into_iter()
            .filter(|path| !state.paths.contains_key(path))
            .collect();
        let depth = |path: &str| path.matches('/').count();
        let mut levels: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for path in missing {
            levels.entry(depth(&path)).or_default().push(path);
        }
        for paths in levels.into_values() {
            let parents = state.paths.clone();
            let mut work = Vec::new();
            for path in &paths {
                work.push(make_path(cx, api, path, &parents).boxed());
            }
            for made in together(work).await? {
                state.paths.insert(made.0, made.1);
            }
        }
        Ok(())
    }

    async fn make_methods(&self, cx: &Cx, api: &str, state: &mut State) -> Result<(), Error> {
        let before = state.clone();
        let mut work = Vec::new();
        for (key, wanted) in &self.wanted {
            if !self.method_changes(key, wanted, &before).is_empty() {
                work.push(self.make_method(cx, api, key, wanted, &before).boxed());
            }
        }
        for key in together(work).await? {
            if let Some(wanted) = self.wanted.get(&key) {
                state.methods.insert(key, self.done(wanted));
            }
        }
        Ok(())
    }

    fn done(&self, wanted: &WantedMethod) -> Method {
        let authorization = wanted.authorization.to_owned();
        Method {
            authorization,
            api_key: wanted.api_key,
            integration: Some(self.integration()),
        }
    }

    async fn make_method(
        &self,
        cx: &Cx,
        api: &str,
        key: &Key,
        wanted: &WantedMethod,
        state: &State,
    ) -> Result<Key, Error> {
        let resource = state
            .paths
            .get(&key.0)
            .ok_or_else(|| Error::Moved(format!("the path {}", key.0)))?;
        match state.methods.get(key) {
            None => put_method(cx, api, resource, &key.1, wanted).await?,
            Some(have) => update_method(cx, api, resource, &key.1, wanted, have).await?,
        }
        let have = state
            .methods
            .get(key)
            .and_then(|method| method.integration.as_ref());
        if have != Some(&self.integration()) {
            self.put_integration(cx, api, resource, &key.1).await?;
        }
        Ok(key.clone())
    }

    async fn put_integration(
        &self,
        cx: &Cx,
        api: &str,
        resource: &str,
        method: &str,
    ) -> Result<(), Error> {
        let request = cx
            .apigateway
            .put_integration()
            .rest_api_id(api)
            .resource_id(resource)
            .http_method(method)
            .r#type(IntegrationType::AwsProxy)
            .integration_http_method("POST")
            .uri(&self.uri);
        cx.paced("PutIntegration", request.send()).await?;
        Ok(())
    }

    async fn remove(&self, cx: &Cx, api: &str, state: &mut State) -> Result<(), Error> {
        let mut work = Vec::new();
        for (path, id) in self.unwanted_paths(state) {
            work.push(remove_path(cx, api, path, id).boxed());
        }
        let gone_paths = together(work).await?;
        let mut work = Vec::new();
        for key in self.unwanted_methods(state) {
            work.push(remove_method(cx, api, key, state).boxed());
        }
        let gone_methods = together(work).await?;
        for top in &gone_paths {
            let under = |path: &str| path == top || path.starts_with(&format!("{top}/"));
            state.paths.retain(|path, _| !under(path));
            state.methods.retain(|key, _| !under(&key.0));
        }
        for key in &gone_methods {
            state.methods.remove(key);
        }
        Ok(())
    }

    async fn converge(&self, cx: &Cx, mut state: State) -> Result<State, Error> {
        let api = self.api.require()?;
        state.paths.entry("/".to_owned()).or_insert(api.root_id);
        // First what goes: a new path variable may not stand beside the old one.
        self.remove(cx, &api.id, &mut state).await?;
        self.make_paths(cx, &api.id, &mut state).await?;
        self.make_methods(cx, &api.id, &mut state).await?;
        Ok(state)
    }
}

impl Resource for Routes {
    type State = State;

    fn kind(&self) -> &'static str {
        "routes"
    }

    fn name(&self) -> String {
        format!("{} methods", self.wanted.len())
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let Some(api) = self.api.observed().await? else {
            return Ok(None);
        };
        let (mut state, mut position) = (State::default(), None);
        loop {
            let request = cx
                .apigateway
                .get_resources()
                .rest_api_id(&api.id)
                .embed("methods")
                .limit(500);
            let page = found(
                cx.paced("GetResources", request.set_position(position).send())
                    .await,
            )?;
            let Some(page) = page else { return Ok(None) };
            for resource in page.items() {
                state.take(resource);
            }
            position = page.position;
            if position.is_none() {
                return Ok(Some(state));
            }
        }
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes: Vec<Change> = self
            .wanted
            .iter()
            .flat_map(|(key, wanted)| self.method_changes(key, wanted, state))
            .collect();
        changes.extend(
            self.unwanted_methods(state)
                .iter()
                .map(|(path, method)| Change::removed(format!("{method} {path}"), "a method")),
        );
        changes.extend(
            self.unwanted_paths(state)
                .iter()
                .map(|(path, _)| Change::removed(path.as_str(), "a path")),
        );
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        self.converge(cx, State::default()).await
    }

    async fn update(&self, cx: &Cx, state: State, _changes: &[Change]) -> Result<State, Error> {
        self.converge(cx, state).await
    }

    /// They go with their API.
    async fn delete(&self, _cx: &Cx, _state: State) -> Result<(), Error> {
        Ok(())
    }
}
