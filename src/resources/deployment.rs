//! The deployment: a snapshot of the routes, which a stage serves.

use super::rest_api::RestApi;
use super::routes::Routes;
use super::support::{found, required};
use crate::engine::{Change, Cx, Error, Ref, Resource};

/// What begins the description of every deployment made here; the definition's hash follows.
const PREFIX: &str = "gatewayq ";

/// The snapshot that the stack wants. Nothing is deployed again without a change: the definition's
/// hash stands in the deployment's description.
pub struct Deployment {
    pub api: Ref<RestApi>,
    pub routes: Ref<Routes>,
    /// Hash of the routes' definition.
    pub definition: String,
}

/// The API's deployments.
#[derive(Clone, Debug)]
pub struct State {
    /// The one of the wanted definition.
    pub id: Option<String>,
    /// Those made here for other definitions, or twice for this one.
    pub others: Vec<String>,
    /// The newest other definition, for the diff.
    before: Option<String>,
}

impl Deployment {
    fn description(&self) -> String {
        format!("{PREFIX}{}", self.definition)
    }
}

impl Resource for Deployment {
    type State = State;

    fn kind(&self) -> &'static str {
        "deployment"
    }

    fn name(&self) -> String {
        self.definition.clone()
    }

    fn can_have_twins(&self) -> bool {
        true
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let Some(api) = self.api.observed().await? else {
            return Ok(None);
        };
        let (mut ours, mut position) = (Vec::new(), None);
        loop {
            let request = cx
                .apigateway
                .get_deployments()
                .rest_api_id(&api.id)
                .limit(500)
                .set_position(position);
            let Some(page) = found(cx.paced("GetDeployments", request.send()).await)? else {
                return Ok(None);
            };
            ours.extend(page.items.unwrap_or_default());
            position = page.position;
            if position.is_none() {
                break;
            }
        }
        ours.retain(|deployment| {
            deployment
                .description()
                .is_some_and(|text| text.starts_with(PREFIX))
        });
        ours.sort_by_key(|deployment| {
            (
                deployment.created_date.map(|date| date.secs()),
                deployment.id.clone(),
            )
        });
        let wanted = ours
            .iter()
            .position(|deployment| deployment.description() == Some(&self.description()));
        let current = wanted.map(|at| ours.remove(at));
        if current.is_none() && ours.is_empty() {
            return Ok(None);
        }
        let before = ours.last().and_then(|last| last.description.clone());
        let others = ours
            .into_iter()
            .filter_map(|deployment| deployment.id)
            .collect();
        Ok(Some(State {
            id: current.and_then(|deployment| deployment.id),
            others,
            before,
        }))
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        match &state.id {
            Some(_) => Vec::new(),
            None => {
                let before = state
                    .before
                    .as_deref()
                    .and_then(|text| text.strip_prefix(PREFIX))
                    .map(str::to_owned);
                Change::between("definition", before.as_ref(), &self.definition)
                    .into_iter()
                    .collect()
            }
        }
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        self.routes.require()?;
        let api = self.api.require()?;
        let request = cx
            .apigateway
            .create_deployment()
            .rest_api_id(&api.id)
            .description(self.description());
        let made = cx.paced("CreateDeployment", request.send()).await?;
        let id = required(made.id, "the deployment's id")?;
        Ok(State {
            id: Some(id),
            others: Vec::new(),
            before: None,
        })
    }

    async fn update(&self, cx: &Cx, state: State, _changes: &[Change]) -> Result<State, Error> {
        Ok(State {
            others: state.others,
            ..self.create(cx).await?
        })
    }

    /// It goes with its API.
    async fn delete(&self, _cx: &Cx, _state: State) -> Result<(), Error> {
        Ok(())
    }
}
