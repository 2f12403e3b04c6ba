//! Custom domain names that lead to the stage and are no longer in gatewayq.toml.

use super::super::marks;
use super::super::rest_api::RestApi;
use super::super::stage::{Stage, stage_arn};
use super::{calls, mark};
use crate::engine::{Cx, Error, Field, Ref, Resource};
use crate::names::Names;
use crate::tags::DOMAIN_TAG;
use std::collections::BTreeMap;

/// They are found by the stage's tag, so that a stage which never had a domain is asked for nothing.
pub(crate) struct FormerDomains {
    pub names: Names,
    pub api: Ref<RestApi>,
    pub stage: Ref<Stage>,
    /// The name that is in gatewayq.toml.
    pub domain: Option<String>,
}

/// By name: the base paths that lead to this stage.
#[derive(Clone, Debug)]
pub(crate) struct State(BTreeMap<String, Vec<String>>);

impl FormerDomains {
    /// The base paths of `name` that lead to this stage.
    async fn of(&self, cx: &Cx, name: &str, api: &str) -> Result<Vec<String>, Error> {
        let all = calls::base_paths(cx, name).await?.unwrap_or_default();
        let ours = all.into_iter();
        let ours = ours.filter(|path| path.is_of(Some(api), &self.names.stage));
        Ok(ours.map(|path| path.base_path).collect())
    }
}

impl Resource for FormerDomains {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[];

    fn kind(&self) -> &'static str {
        "former domain name"
    }

    fn name(&self) -> String {
        format!("of stage {}", self.names.stage)
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (Some(api), Some(stage)) = (self.api.observed().await?, self.stage.observed().await?)
        else {
            return Ok(None);
        };
        let mut former = BTreeMap::new();
        let names = mark::names(stage.tag(DOMAIN_TAG).unwrap_or_default());
        for name in names.filter(|name| self.domain.as_deref() != Some(name)) {
            former.insert(name.to_owned(), self.of(cx, name, &api.id).await?);
        }
        Ok((!former.is_empty()).then_some(State(former)))
    }

    fn is_wanted(&self) -> bool {
        false
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State(BTreeMap::new())
    }

    /// It is in a graph only to be removed.
    async fn create(&self, _cx: &Cx, wanted: State) -> Result<State, Error> {
        Ok(wanted)
    }

    /// The tag tells that they have to be looked for, so it changes last.
    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        for (name, base_paths) in &found.0 {
            for base_path in base_paths {
                calls::unmap(cx, name, base_path).await?;
            }
            calls::delete_unused(cx, name).await?;
        }
        let mark = mark::of(self.domain.as_deref());
        let arn = stage_arn(&self.names, &self.api.require()?.id);
        marks::set(cx, arn, DOMAIN_TAG, mark).await
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let names: Vec<&str> = found.0.keys().map(String::as_str).collect();
        vec![("names", names.join(", "))]
    }
}
