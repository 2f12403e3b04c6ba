//! The API's paths and methods, brought to what is wanted one by one after one read; where many
//! differ, by one PutRestApi first and one more read.
//!
//! Live traffic sees none of it until a deployment is made of the whole.

mod access;
mod bulk;
mod calls;
mod openapi;
mod paths;
mod state;

pub(crate) use access::{Authorization, MethodAccess};
pub(crate) use state::State;

use super::Authorizer;
use super::control_plane::{PAGE, pages};
use super::rest_api::RestApi;
use super::support::{UNKNOWN, found, unknown_or};
use crate::engine::{Change, Cx, Error, Field, Ref, Resource};
use aws_sdk_apigateway::types::IntegrationType;
use calls::{At, make_path, remove_method, remove_path, together};
use futures::FutureExt;
use paths::{ancestors, parent};
use serde_json::Value;
use state::{Integration, Method, method_of};
use std::collections::{BTreeMap, BTreeSet};

/// The paths and methods as the stack wants them: exactly these.
pub(crate) struct Routes {
    pub api: Ref<RestApi>,
    /// By path and method.
    pub methods: BTreeMap<MethodKey, MethodAccess>,
    /// By the names that the methods have them by.
    pub authorizers: BTreeMap<String, Ref<Authorizer>>,
    /// The function's invocation URI, the same for all.
    pub uri: String,
}

/// Path and method.
pub(crate) type MethodKey = (String, String);

impl Routes {
    /// The method as it is to be, with the function behind it.
    fn wanted_method(&self, access: &MethodAccess) -> Method {
        let authorization = &access.authorization;
        let authorizer = authorization.authorizer(&self.authorizers);
        let id = |authorizer: &Ref<Authorizer>| authorizer.current().map(|found| found.id);
        let integration = Integration {
            kind: IntegrationType::AwsProxy.as_str().to_owned(),
            http_method: "POST".to_owned(),
            uri: self.uri.clone(),
        };
        Method {
            authorization: authorization.kind().to_owned(),
            authorizer: authorizer.map(|authorizer| unknown_or(id(authorizer))),
            scopes: authorization.scopes(),
            api_key: access.api_key,
            integration: Some(integration),
        }
    }

    /// Every path that has to exist, parents before children.
    fn wanted_paths(&self) -> BTreeSet<String> {
        let paths = self.methods.keys();
        paths.flat_map(|(path, _)| ancestors(path)).collect()
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
    fn unwanted_methods<'a>(&self, state: &'a State) -> Vec<&'a MethodKey> {
        let paths = self.wanted_paths();
        state
            .methods
            .keys()
            .filter(|key| paths.contains(&key.0) && !self.methods.contains_key(*key))
            .collect()
    }

    fn method_changes(key: &MethodKey, wanted: &Method, found: &State) -> Vec<Change> {
        let name = format!("{} {}", key.1, key.0);
        match found.methods.get(key) {
            Some(method) => method.diff(wanted, &name),
            None => vec![Change::added(name, wanted.summary())],
        }
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
        for (key, wanted) in &self.methods {
            let wanted = self.wanted_method(wanted);
            if before.methods.get(key) != Some(&wanted) {
                work.push(make_method(cx, api, key, wanted, &before).boxed());
            }
        }
        state.methods.extend(together(work).await?);
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

    async fn write_all(&self, cx: &Cx, mut state: State) -> Result<State, Error> {
        let api = self.api.require()?;
        let root = || api.root_id.clone();
        state.paths.entry("/".to_owned()).or_insert_with(root);
        // First what goes: a new path variable may not stand beside the old one.
        self.remove(cx, &api.id, &mut state).await?;
        let mut state = self.put_many(cx, &api, state).await?;
        self.make_paths(cx, &api.id, &mut state).await?;
        self.make_methods(cx, &api.id, &mut state).await?;
        Ok(state)
    }
}

async fn make_method(
    cx: &Cx,
    api: &str,
    key: &MethodKey,
    wanted: Method,
    state: &State,
) -> Result<(MethodKey, Method), Error> {
    let resource = state.resource_of(key)?;
    let method = &key.1;
    let at = At {
        cx,
        api,
        resource,
        method,
    };
    let found = state.methods.get(key);
    // What AWS makes of an authorizer that a patch takes away is not known, and as long as a method has
    // one, it cannot be deleted.
    let remade = found.filter(|found| found.authorizer.is_some() && wanted.authorizer.is_none());
    if remade.is_some() {
        remove_method(cx, api, key, state).await?;
    }
    let found = found.filter(|_| remade.is_none());
    match found {
        None => at.put_method(&wanted).await?,
        Some(found) => at.update_method(found, &wanted).await?,
    }
    let integration = found.and_then(|found| found.integration.as_ref());
    if let Some(wanted) = wanted.integration.as_ref()
        && integration != Some(wanted)
    {
        at.put_integration(&wanted.uri).await?;
    }
    Ok((key.clone(), wanted))
}

async fn read_all(cx: &Cx, api: &str) -> Result<Option<State>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_resources().rest_api_id(api);
        request.embed("methods").limit(PAGE).set_position(at).send()
    };
    let all = pages(cx, "GetResources", ask, |page| (page.items, page.position)).await;
    let Some(all) = found(all)? else {
        return Ok(None);
    };
    let mut state = State::default();
    all.iter().try_for_each(|resource| state.take(resource))?;
    with_integrations(cx, api, &mut state).await?;
    Ok(Some(state))
}

/// A list that shows methods without their integrations is no proof that there are none: the first
/// of them is asked for, and where it has one, so is each of the others.
async fn with_integrations(cx: &Cx, api: &str, state: &mut State) -> Result<(), Error> {
    let bare = |method: &Method| method.integration.is_none();
    if state.methods.is_empty() || !state.methods.values().all(bare) {
        return Ok(());
    }
    let keys: Vec<MethodKey> = state.methods.keys().cloned().collect();
    for key in keys {
        let resource = state.resource_of(&key)?.clone();
        let request = cx.apigateway.get_method().rest_api_id(api);
        let request = request.resource_id(resource).http_method(&key.1);
        let Some(seen) = found(cx.call("GetMethod", request.send()).await)? else {
            continue;
        };
        let integration = seen.method_integration.clone();
        let method = aws_sdk_apigateway::types::Method::builder()
            .set_authorization_type(seen.authorization_type)
            .set_authorizer_id(seen.authorizer_id)
            .set_authorization_scopes(seen.authorization_scopes)
            .set_api_key_required(seen.api_key_required)
            .set_method_integration(integration.clone());
        state.methods.insert(key, method_of(&method.build()));
        if integration.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

impl Resource for Routes {
    type State = State;

    /// Each method has its own: see `state.rs`.
    const FIELDS: &'static [Field<Self>] = &[];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        let paths = state.paths.iter_mut();
        paths.map(|(path, id)| (path.clone(), id)).collect()
    }

    /// The methods, each with its fields.
    fn made_with(&self, state: &State) -> Vec<(String, Value)> {
        let methods = state.methods.iter();
        let methods =
            methods.map(|((path, verb), method)| (format!("{verb} {path}"), method.told()));
        methods.collect()
    }

    fn kind(&self) -> &'static str {
        "routes"
    }

    fn name(&self) -> String {
        format!("{} methods", self.methods.len())
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let Some(api) = self.api.observed().await? else {
            return Ok(None);
        };
        // What is wanted depends on their ids.
        for authorizer in self.authorizers.values() {
            authorizer.observed().await?;
        }
        read_all(cx, &api.id).await
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let id = |path: &String| found.and_then(|found| found.paths.get(path).cloned());
        let id = |path: String| {
            let id = id(&path).unwrap_or_else(|| UNKNOWN.to_owned());
            (path, id)
        };
        let method =
            |(key, access): (&MethodKey, &MethodAccess)| (key.clone(), self.wanted_method(access));
        State {
            paths: self.wanted_paths().into_iter().map(id).collect(),
            methods: self.methods.iter().map(method).collect(),
        }
    }

    fn diff(&self, found: &State, wanted: &State) -> Vec<Change> {
        let methods = wanted.methods.iter();
        let set = methods.flat_map(|(key, wanted)| Self::method_changes(key, wanted, found));
        let methods = self.unwanted_methods(found);
        let methods = methods
            .into_iter()
            .map(|(path, method)| Change::removed(format!("{method} {path}"), "a method"));
        let paths = self.unwanted_paths(found);
        let paths = paths
            .into_iter()
            .map(|(path, _)| Change::removed(path.as_str(), "a path"));
        set.chain(methods).chain(paths).collect()
    }

    async fn create(&self, cx: &Cx, _wanted: State) -> Result<State, Error> {
        self.write_all(cx, State::default()).await
    }

    async fn update(&self, cx: &Cx, found: State, _wanted: State) -> Result<State, Error> {
        self.write_all(cx, found).await
    }

    /// They go with their API.
    async fn delete(&self, _cx: &Cx, _found: State) -> Result<(), Error> {
        Ok(())
    }
}
