//! The base path mapping: what of a custom domain name leads to the stage.

use super::super::control_plane::patch_operation;
use super::super::lists::ApiList;
use super::super::rest_api::RestApi;
use super::calls::{self, BasePath};
use crate::config::settings::{Domain, ROOT};
use crate::engine::{Call, Cx, Error, Field, Owner, Ref, Resource, Set};
use crate::names::Names;
use aws_sdk_apigateway::types::Op;
use futures::FutureExt;
use std::collections::BTreeSet;

/// The mapping as the stack wants it. It comes after the stage, and goes before it: API Gateway does
/// not delete a stage that is mapped.
pub(crate) struct BasePathMapping {
    pub names: Names,
    pub domain: Domain,
    pub api: Ref<RestApi>,
    pub list: ApiList,
    /// Whether the stage is being deleted: what is mapped elsewhere then is in nobody's way.
    pub deleting: bool,
}

/// What is mapped on the name, as far as it is about this stage.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The stage that the wanted base path leads to, where it leads to this API.
    stage: Option<String>,
    /// Other base paths that lead to this stage, as after a change of `base_path`.
    others: BTreeSet<String>,
    /// Where the wanted base path leads, if elsewhere.
    elsewhere: Option<String>,
}

const MAP: Call<BasePathMapping> = Call {
    operation: "CreateBasePathMapping",
    run: |mapping, cx, found, _| mapping.map(cx, found.stage.is_some()).boxed(),
};
const UNMAP_OTHERS: Call<BasePathMapping> = Call {
    operation: "DeleteBasePathMapping",
    run: |mapping, cx, found, _| mapping.unmap(cx, &found.others).boxed(),
};

impl BasePathMapping {
    /// As API Gateway calls it in lists and paths.
    fn base_path(&self) -> &str {
        match self.domain.base_path.as_str() {
            "" => ROOT,
            base_path => base_path,
        }
    }

    async fn map(&self, cx: &Cx, is_there: bool) -> Result<(), Error> {
        if is_there {
            return self.remap(cx).await;
        }
        let base_path = Some(self.domain.base_path.clone()).filter(|path| !path.is_empty());
        let request = cx
            .apigateway
            .create_base_path_mapping()
            .domain_name(&self.domain.name)
            .set_base_path(base_path)
            .rest_api_id(self.api.require()?.id)
            .stage(&self.names.stage);
        cx.call("CreateBasePathMapping", request.send()).await?;
        Ok(())
    }

    async fn remap(&self, cx: &Cx) -> Result<(), Error> {
        let stage = patch_operation(Op::Replace, "/stage", Some(self.names.stage.clone()));
        let request = cx
            .apigateway
            .update_base_path_mapping()
            .domain_name(&self.domain.name)
            .base_path(self.base_path())
            .patch_operations(stage);
        cx.call("UpdateBasePathMapping", request.send()).await?;
        Ok(())
    }

    async fn unmap(&self, cx: &Cx, base_paths: &BTreeSet<String>) -> Result<(), Error> {
        for base_path in base_paths {
            calls::unmap(cx, &self.domain.name, base_path).await?;
        }
        Ok(())
    }

    async fn state_of(&self, cx: &Cx, api: Option<&str>, all: &[BasePath]) -> Result<State, Error> {
        let ours = |path: &&BasePath| path.is_of(api, &self.names.stage);
        let others = all.iter().filter(ours).map(|path| path.base_path.clone());
        let others = others.filter(|path| path != self.base_path()).collect();
        let at = all.iter().find(|path| path.base_path == self.base_path());
        let (at, elsewhere) = match at {
            Some(path) if api != Some(path.api.as_str()) => (None, Some(path)),
            at => (at, None),
        };
        let elsewhere = match elsewhere.filter(|_| !self.deleting) {
            Some(path) => Some(path.target(self.list.get(cx).await?)),
            None => None,
        };
        Ok(State {
            stage: at.map(|path| path.stage.clone()),
            others,
            elsewhere,
        })
    }
}

impl State {
    fn is_nothing(&self) -> bool {
        self.stage.is_none() && self.others.is_empty() && self.elsewhere.is_none()
    }
}

impl Resource for BasePathMapping {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text("stage", |s| s.stage.clone(), Set::By(&MAP)),
        Field::items("other base path", |s| &s.others, Set::By(&UNMAP_OTHERS)),
    ];

    fn kind(&self) -> &'static str {
        "base path mapping"
    }

    fn name(&self) -> String {
        format!("{}/{}", self.domain.name, self.domain.base_path)
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (api, all) = futures::join!(
            self.api.observed(),
            calls::base_paths(cx, &self.domain.name)
        );
        let api = api?.map(|api| api.id);
        let Some(all) = all? else {
            return Ok(None);
        };
        let state = self.state_of(cx, api.as_deref(), &all).await?;
        Ok(Some(state).filter(|state| !state.is_nothing()))
    }

    /// It has no tags.
    fn can_be_adopted(&self) -> bool {
        false
    }

    fn owner(&self, found: &State) -> Owner {
        match &found.elsewhere {
            Some(target) => Owner::Foreign(format!(
                "it leads to {target}. Another `base_path` in [domain] is this stage's own"
            )),
            None => Owner::Ours,
        }
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State {
            stage: Some(self.names.stage.clone()),
            others: BTreeSet::new(),
            elsewhere: None,
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.map(cx, false).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        let mut all = found.others;
        all.extend(found.stage.map(|_| self.base_path().to_owned()));
        self.unmap(cx, &all).await
    }
}
