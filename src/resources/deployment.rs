//! The deployment: a snapshot of the routes, which a stage serves.

use super::authorizer::{Authorizer, AuthorizerList};
use super::control_plane::{PAGE, pages};
use super::gateway_responses::GatewayResponses;
use super::resource_policy::ResourcePolicy;
use super::rest_api::RestApi;
use super::routes::{MethodKey, Routes};
use super::support::{found, gone, required, unknown_or};
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Retry, Set};
use crate::tags::AUTHORIZERS_TAG;
use futures::FutureExt;
use std::collections::BTreeSet;

/// What begins the description of every deployment made here; the definition's hash follows.
const PREFIX: &str = "gatewayq ";

/// Stands before the ids of the authorizers that a deployment asks, where there are some.
const AUTHORIZERS: &str = " authorizers ";

/// The snapshot that the stack wants. Nothing is deployed again without a change: the definition's
/// hash stands in the deployment's description.
pub(crate) struct Deployment {
    pub api: Ref<RestApi>,
    /// What it is a snapshot of.
    pub of: Snapshot,
    /// Those that its routes ask. A deployment asks them by their ids, so one that was made anew is another.
    pub authorizers: Vec<Ref<Authorizer>>,
    /// All that the API has, where those that nobody wants stay.
    pub list: Option<AuthorizerList>,
    /// Hash of the routes' definition.
    pub definition: String,
    /// Whether the API's default endpoint is to be off.
    pub has_no_default_endpoint: bool,
}

/// All that API Gateway puts into a deployment.
pub(crate) struct Snapshot {
    pub routes: Ref<Routes>,
    pub responses: Ref<GatewayResponses>,
    pub policy: Ref<ResourcePolicy>,
}

impl Snapshot {
    async fn is_as_wanted(&self, cx: &Cx) -> Result<bool, Error> {
        let (routes, responses, policy) = futures::try_join!(
            self.routes.is_as_wanted(cx),
            self.responses.is_as_wanted(cx),
            self.policy.is_as_wanted(cx),
        )?;
        Ok(routes && responses && policy)
    }
}

/// The API's deployments.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The one of the wanted definition.
    pub id: Option<String>,
    /// The definition that is deployed: the wanted one, or else the newest.
    definition: Option<String>,
    /// Those made here for other definitions, with these, the oldest first.
    earlier: Vec<(String, String)>,
    /// Those that were made twice for a definition.
    duplicates: Vec<String>,
    /// The ids of the authorizers that deployments can ask.
    authorizers: BTreeSet<String>,
}

impl State {
    /// The deployment of another definition, by its hash. One that asks an authorizer that is gone lets nobody in any more.
    pub(super) fn id_of(&self, definition: &str) -> Option<&str> {
        let of = |(text, _): &&(String, String)| {
            let asked = text.split_once(AUTHORIZERS).map(|(_, ids)| ids);
            let mut asked = asked.into_iter().flat_map(|ids| ids.split(','));
            text.split(' ').next() == Some(definition)
                && asked.all(|id| self.authorizers.contains(id))
        };
        self.earlier.iter().rfind(of).map(|(_, id)| id.as_str())
    }

    /// All but the one of the wanted definition.
    pub(super) fn others(&self) -> impl Iterator<Item = String> {
        let earlier = self.earlier.iter().map(|(_, id)| id);
        earlier.chain(&self.duplicates).cloned()
    }
}

/// A snapshot cannot be changed: another one is made beside it.
const CREATE: Call<Deployment> = Call {
    operation: "CreateDeployment",
    run: |deployment, cx, _, _| deployment.make(cx).map(|made| made.map(drop)).boxed(),
};

impl Deployment {
    /// What is deployed, and which authorizers it asks.
    fn definition(&self) -> String {
        let ids: Vec<String> = self.asked().into_iter().collect();
        match ids.is_empty() {
            true => self.word(),
            false => format!("{}{AUTHORIZERS}{}", self.word(), ids.join(",")),
        }
    }

    /// The ids of the authorizers that it asks, as far as they are known.
    fn asked(&self) -> BTreeSet<String> {
        let all = self.authorizers.iter();
        all.map(|one| unknown_or(one.current().map(|one| one.id)))
            .collect()
    }

    /// What is deployed, in a word. A default endpoint that is switched off, or on, counts with the next
    /// deployment, so one that was made before is not the same. It is switched on before this one, and off after it.
    fn word(&self) -> String {
        let api = self.api.current();
        let is_off =
            self.has_no_default_endpoint && api.is_some_and(|api| api.has_no_default_endpoint);
        match is_off {
            true => format!("{} without the default endpoint", self.definition),
            false => self.definition.clone(),
        }
    }

    /// The authorizers that are there, and stay.
    async fn known(
        &self,
        cx: &Cx,
        api: &<RestApi as Resource>::State,
    ) -> Result<BTreeSet<String>, Error> {
        match &self.list {
            Some(list) if api.is_marked(AUTHORIZERS_TAG) || !self.authorizers.is_empty() => {
                list.ids(cx, &api.id).await
            }
            _ => Ok(self.asked()),
        }
    }

    async fn make(&self, cx: &Cx) -> Result<String, Error> {
        let api = self.api.require()?;
        let request = cx.apigateway.create_deployment().rest_api_id(&api.id);
        let request = request.description(format!("{PREFIX}{}", self.definition()));
        let made = cx.call("CreateDeployment", request.send()).await?;
        let made = required(made.id, "the deployment's id")?;
        self.is_of_this_deploy(cx, &api.id, &made).await?;
        Ok(made)
    }

    /// Another deploy may have changed the API meanwhile. What it wants would stay under this definition's name for ever, a
    /// route that it opened to everybody, too.
    async fn is_of_this_deploy(&self, cx: &Cx, api: &str, made: &str) -> Result<(), Error> {
        // One that was not looked at, or not taken back, would be found by its name and stay: each is tried until it works.
        let mut again = Retry::new();
        loop {
            match self.of.is_as_wanted(cx).await {
                Ok(true) => return Ok(()),
                Ok(false) => break,
                Err(error) => again.after(error, cx).await?,
            }
        }
        let mut again = Retry::new();
        loop {
            let request = cx.apigateway.delete_deployment().rest_api_id(api);
            let request = request.deployment_id(made);
            match gone(cx.call("DeleteDeployment", request.send()).await) {
                Ok(()) => break,
                Err(error) => again.after(error, cx).await?,
            }
        }
        Err(Error::Changed("the API's definition".to_owned()))
    }
}

impl Resource for Deployment {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[Field::text(
        "definition",
        |s| s.definition.clone(),
        Set::By(&CREATE),
    )];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        let id = state.id.get_or_insert_default();
        vec![("id".to_owned(), id)]
    }

    fn kind(&self) -> &'static str {
        "deployment"
    }

    fn name(&self) -> String {
        self.word()
    }

    fn can_have_duplicates(&self) -> bool {
        true
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let Some(api) = self.api.observed().await? else {
            return Ok(None);
        };
        for authorizer in &self.authorizers {
            authorizer.observed().await?;
        }
        let ask = |at| {
            let request = cx.apigateway.get_deployments().rest_api_id(&api.id);
            request.limit(PAGE).set_position(at).send()
        };
        let all = pages(cx, "GetDeployments", ask, |page| {
            (page.items, page.position)
        })
        .await;
        let mut all = found(all)?.unwrap_or_default();
        all.sort_by_key(|one| (one.created_date.map(|date| date.secs()), one.id.clone()));
        let ours = all.into_iter().filter_map(|one| {
            let definition = one.description?.strip_prefix(PREFIX)?.to_owned();
            Some((definition, one.id?))
        });
        let mut state = state_of(ours.collect(), &self.definition());
        if let Some(state) = &mut state {
            state.authorizers = self.known(cx, &api).await?;
        }
        Ok(state)
    }

    fn wanted(&self, found: Option<&State>) -> State {
        State {
            id: found.and_then(|found| found.id.clone()),
            definition: Some(self.definition()),
            earlier: found.map_or_else(Vec::new, |found| found.earlier.clone()),
            duplicates: found.map_or_else(Vec::new, |found| found.duplicates.clone()),
            authorizers: found.map_or_else(BTreeSet::new, |found| found.authorizers.clone()),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let id = Some(self.make(cx).await?);
        Ok(State { id, ..wanted })
    }

    async fn update(&self, cx: &Cx, _found: State, wanted: State) -> Result<State, Error> {
        self.create(cx, wanted).await
    }

    /// It goes with its API.
    async fn delete(&self, _cx: &Cx, _found: State) -> Result<(), Error> {
        Ok(())
    }
}

/// The paths and methods that a deployment froze; `None` where it is gone, or the endpoint does not tell.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn deployed_methods(
    cx: &Cx,
    api: &str,
    id: &str,
) -> Result<Option<BTreeSet<MethodKey>>, Error> {
    let request = cx.apigateway.get_deployment().rest_api_id(api);
    let request = request.deployment_id(id).embed("apisummary");
    let deployment = found(cx.call("GetDeployment", request.send()).await)?;
    let summary = deployment.and_then(|deployment| deployment.api_summary);
    Ok(summary.map(|paths| {
        let methods = paths.into_iter().flat_map(|(path, methods)| {
            let methods = methods.into_keys();
            methods.map(move |method| (path.clone(), method))
        });
        methods.collect()
    }))
}

/// The state of deployments given by definition and id, the oldest first. Of those of one definition the oldest counts.
fn state_of(ours: Vec<(String, String)>, wanted: &str) -> Option<State> {
    let mut earlier: Vec<(String, String)> = Vec::new();
    let mut duplicates = Vec::new();
    for (definition, id) in ours {
        match earlier.iter().any(|(known, _)| *known == definition) {
            true => duplicates.push(id),
            false => earlier.push((definition, id)),
        }
    }
    let at = earlier
        .iter()
        .position(|(definition, _)| definition == wanted);
    let current = at.map(|at| earlier.remove(at));
    let deployed = current.as_ref().or(earlier.last());
    Some(State {
        definition: Some(deployed?.0.clone()),
        id: current.map(|(_, id)| id),
        earlier,
        duplicates,
        authorizers: BTreeSet::new(),
    })
}
