//! Authorizers that gatewayq.toml has no more.

use super::permission::remove;
use super::{AuthorizerList, InvokedFunction};
use crate::engine::{Cx, Error, Field, Ref, Resource};
use crate::names::Names;
use crate::resources::marks;
use crate::resources::rest_api::RestApi;
use crate::resources::support::{gone, required};
use crate::tags::AUTHORIZERS_TAG;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// All authorizers of the API but those that are wanted. They go when no method has one any more, and
/// their functions' permissions when the stage serves a deployment that does not ask them.
pub(crate) struct EarlierAuthorizers {
    pub api: Ref<RestApi>,
    pub names: Names,
    /// By their names in API Gateway.
    pub wanted: BTreeSet<String>,
    pub list: AuthorizerList,
    /// Whether the stage is being deleted, and its authorizers with the API.
    pub deleting: bool,
    /// Whether the list was looked at before.
    pub looked: AtomicBool,
}

/// What is to go.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    authorizers: Vec<String>,
    /// By the authorizer's name in gatewayq.toml.
    functions: Vec<(String, InvokedFunction)>,
}

impl EarlierAuthorizers {
    fn is_marked(&self, api: &<RestApi as Resource>::State) -> bool {
        !self.wanted.is_empty() || api.is_marked(AUTHORIZERS_TAG)
    }

    /// Whether the API's tag is still to say that there are none.
    fn is_last(&self) -> bool {
        self.wanted.is_empty() && !self.deleting
    }
}

/// As gatewayq.toml has it.
fn short(name: &str) -> &str {
    name.rsplit_once(super::LAMBDA)
        .map_or(name, |(name, _)| name)
}

impl Resource for EarlierAuthorizers {
    type State = Earlier;

    const FIELDS: &'static [Field<Self>] = &[];

    fn kind(&self) -> &'static str {
        "earlier authorizers"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<Earlier>, Error> {
        let api = self.api.observed().await?;
        let Some(api) = api.filter(|api| self.is_marked(api)) else {
            return Ok(None);
        };
        let all = match self.looked.swap(true, Ordering::SeqCst) {
            false => self.list.get(cx, &api.id).await?,
            true => &AuthorizerList::fresh(cx, &api.id).await?,
        };
        let mut earlier = Earlier {
            authorizers: Vec::new(),
            functions: Vec::new(),
        };
        for one in all {
            let name = one.name().unwrap_or_default();
            if self.wanted.contains(name) {
                continue;
            }
            if !self.deleting {
                let id = required(one.id(), "the authorizer's id")?;
                earlier.authorizers.push(id.to_owned());
            }
            let function = one.authorizer_uri().and_then(InvokedFunction::of_uri);
            let function = function.filter(|function| function.is_within_reach(&self.names));
            let functions = function.map(|function| (short(name).to_owned(), function));
            earlier.functions.extend(functions);
        }
        let is_something = !earlier.authorizers.is_empty() || !earlier.functions.is_empty();
        Ok((is_something || self.is_last()).then_some(earlier))
    }

    fn is_wanted(&self) -> bool {
        false
    }

    fn wanted(&self, _found: Option<&Earlier>) -> Earlier {
        Earlier {
            authorizers: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// It is in a graph only to be deleted.
    async fn create(&self, _cx: &Cx, wanted: Earlier) -> Result<Earlier, Error> {
        Ok(wanted)
    }

    /// The functions first: only their authorizers tell of them. The tag says that there are some to
    /// be looked for, so it changes last.
    async fn delete(&self, cx: &Cx, found: Earlier) -> Result<(), Error> {
        for (name, function) in &found.functions {
            let statement = function.statement(&self.names, name);
            remove(cx, &statement, function.arn()).await?;
        }
        let api = self.api.require()?;
        for id in &found.authorizers {
            let request = cx.apigateway.delete_authorizer().rest_api_id(&api.id);
            gone(
                cx.call("DeleteAuthorizer", request.authorizer_id(id).send())
                    .await,
            )?;
        }
        if !self.is_last() {
            return Ok(());
        }
        marks::take_off_api(cx, &self.names, &self.api, AUTHORIZERS_TAG).await
    }
}
