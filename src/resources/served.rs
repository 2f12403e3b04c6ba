//! The switch of the stage: which deployment it serves. What no rollback can come back to goes after it.

use super::control_plane::patches;
use super::deployment::{Deployment, State as Deployments};
use super::rest_api::RestApi;
use super::stage::Stage;
use super::support::{found, gone, unknown_or};
use super::versions::{LiveVersion, Versions};
use crate::engine::{Call, Change, Cx, Error, Field, Patch, Ref, Resource, Set, diff, make_calls};
use futures::FutureExt;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// For some seconds after UpdateStage, requests still reach the deployment before. Thirty is generous.
const SWITCH_SPREADS: Duration = Duration::from_secs(30);

/// The deployment that was live together with the version that the API invokes. It is switched after that version: the new
/// code knows the old routes that stay, the old code none of the new ones.
pub(crate) struct ServedDeployment {
    pub api: Ref<RestApi>,
    pub stage: Ref<Stage>,
    pub deployment: Ref<Deployment>,
    pub versions: Ref<Versions>,
    pub live: Ref<LiveVersion>,
    /// The function's name.
    pub function: String,
    /// The hash of the API's definition that gatewayq.toml makes.
    pub definition: String,
    /// How many versions are kept to roll back to, the live one included.
    pub keep: i32,
    /// Whether another of the versions that there are is to be live: nothing is left over then.
    pub switching: bool,
    /// Whether the stage was read before.
    pub looked: AtomicBool,
}

/// What the stage serves, and what is left over.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub id: String,
    /// The deployment that belongs to the version that was seen live; `None` where it is gone.
    of_live: Option<String>,
    /// The deployments that the API's other stages serve.
    elsewhere: BTreeSet<String>,
    /// What was removed here: deployments and versions.
    removed: BTreeSet<String>,
    /// Deployments, made here, that no stage serves and no version needs once this one is as wanted.
    old_deployments: BTreeSet<String>,
    /// Versions, published here, above the number that is kept.
    old_versions: BTreeSet<String>,
}

const UPDATE: Call<ServedDeployment> = Call {
    operation: "UpdateStage",
    run: |served, cx, found, wanted| served.switch(cx, found, wanted).boxed(),
};
const DELETE_DEPLOYMENT: Call<ServedDeployment> = Call {
    operation: "DeleteDeployment",
    run: |served, cx, found, _| {
        served
            .delete_deployments(cx, &found.old_deployments)
            .boxed()
    },
};
const DELETE_VERSION: Call<ServedDeployment> = Call {
    operation: "DeleteFunction",
    run: |served, cx, found, _| served.delete_versions(cx, &found.old_versions).boxed(),
};

impl State {
    /// Whether a switch was interrupted: the version that is live has another deployment.
    pub(crate) fn is_behind(&self) -> bool {
        self.of_live
            .as_ref()
            .is_some_and(|of_live| *of_live != self.id)
    }
}

impl ServedDeployment {
    async fn switch(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let request = cx.apigateway.update_stage();
        let request = request.rest_api_id(self.api.require()?.id);
        let request = request.stage_name(self.stage.require()?.name);
        let patches = patches::<Self>("UpdateStage", found, wanted);
        let request = request.set_patch_operations(Some(patches));
        cx.call("UpdateStage", request.send()).await?;
        // What was served goes next, or a permission that it needs: it was made before there were versions.
        if !self.needed().contains(&found.id) {
            let why = "API Gateway to serve the new deployment everywhere";
            cx.wait_for_spreading(why, SWITCH_SPREADS).await?;
        }
        Ok(())
    }

    async fn delete_deployments(&self, cx: &Cx, old: &BTreeSet<String>) -> Result<(), Error> {
        let api = self.api.require()?.id;
        for id in old {
            let request = cx.apigateway.delete_deployment().rest_api_id(&api);
            let request = request.deployment_id(id);
            gone(cx.call("DeleteDeployment", request.send()).await)?;
        }
        Ok(())
    }

    async fn delete_versions(&self, cx: &Cx, old: &BTreeSet<String>) -> Result<(), Error> {
        for number in old {
            let request = cx.lambda.delete_function().function_name(&self.function);
            let request = request.qualifier(number);
            gone(cx.call("DeleteFunction", request.send()).await)?;
        }
        Ok(())
    }

    /// The deployment that goes with a version; the one of gatewayq.toml's definition with a version that has none.
    fn deployment_of(&self, version: &str) -> Option<String> {
        let deployments = self.deployment.current()?;
        match self.definition_of(version) {
            Some(definition) => deployments.id_of(&definition).map(str::to_owned),
            None => deployments.id,
        }
    }

    /// The deployment that is there for a version. A deploy makes another one where gatewayq.toml switches the default endpoint;
    /// whoever deploys nothing takes the one that was deployed with the same definition.
    fn deployed_with(&self, version: &str) -> Option<String> {
        let exact = self.deployment_of(version);
        exact.or_else(|| match self.definition_of(version) {
            Some(_) => None,
            None => {
                let deployments = self.deployment.current()?;
                deployments.id_of(&self.definition).map(str::to_owned)
            }
        })
    }

    /// The hash of a version's definition, where gatewayq.toml makes another one.
    fn definition_of(&self, version: &str) -> Option<String> {
        let published = self.versions.current()?;
        let definition = published.definition_of(version);
        let another = definition.filter(|definition| *definition != self.definition);
        another.map(str::to_owned)
    }

    /// The versions above the number that is kept.
    fn old_versions(&self) -> BTreeSet<u64> {
        let live = self.live.planned();
        let published = self.versions.planned();
        let named = [&live.version].into_iter().chain(live.weights.keys());
        let named: BTreeSet<u64> = named.filter_map(|one| one.parse().ok()).collect();
        // Beside a canary a rollback goes to the version that is live; before one that is to come, to the one that is now.
        let alone = live
            .version
            .parse()
            .ok()
            .filter(|_| live.weights.is_empty());
        let before = alone.and_then(|number| published.before(number));
        published.old(self.keep, &named, before)
    }

    /// The deployments that go with the versions that are kept.
    fn needed(&self) -> BTreeSet<String> {
        let (published, old) = (self.versions.planned(), self.old_versions());
        let kept = published.all.keys().filter(|number| !old.contains(number));
        let kept = kept
            .map(u64::to_string)
            .chain([self.live.planned().version]);
        kept.filter_map(|version| self.deployment_of(&version))
            .collect()
    }

    /// The same with what is left over as it is known now: of this very deploy, too.
    fn with_old(&self, found: &State) -> State {
        if self.switching {
            return found.clone();
        }
        let (needed, old) = (self.needed(), self.old_versions());
        let deployments = self.deployment.current();
        let others = deployments.iter().flat_map(Deployments::others);
        let stays = |id: &String| needed.contains(id) || found.elsewhere.contains(id);
        let left = |one: &String| !found.removed.contains(one);
        let old = old.into_iter().map(|number| number.to_string());
        State {
            old_deployments: others.filter(|id| !stays(id)).filter(left).collect(),
            old_versions: old.filter(left).collect(),
            ..found.clone()
        }
    }
}

impl Resource for ServedDeployment {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text(
            "deploymentId",
            |s| Some(s.id.clone()),
            Set::Patch(&UPDATE, Patch::replaced("/deploymentId")),
        ),
        Field::items(
            "old deployment",
            |s| &s.old_deployments,
            Set::By(&DELETE_DEPLOYMENT),
        ),
        Field::items("old version", |s| &s.old_versions, Set::By(&DELETE_VERSION)),
    ];

    fn kind(&self) -> &'static str {
        "served deployment"
    }

    fn name(&self) -> String {
        self.function.clone()
    }

    /// It has to be the deployment that stays where two were made.
    fn settles(&self) -> bool {
        true
    }

    /// First with what the stage's own look showed; later another deploy may have switched it.
    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (stage, deployment, live) = futures::join!(
            self.stage.observed(),
            self.deployment.observed(),
            self.live.observed()
        );
        deployment?;
        let of_live = live?.and_then(|live| self.deployed_with(&live.version));
        let Some(stage) = stage? else {
            return Ok(None);
        };
        let (id, elsewhere) = match self.looked.swap(true, Ordering::SeqCst) {
            false => (stage.deployment_id, stage.served_elsewhere),
            true => {
                let request = cx.apigateway.get_stages();
                let request = request.rest_api_id(self.api.require()?.id);
                let stages = found(cx.call("GetStages", request.send()).await)?;
                let stages = stages.and_then(|answer| answer.item).unwrap_or_default();
                match super::stage::served(&stages, &stage.name) {
                    Some(served) => served,
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(State {
            id,
            of_live,
            elsewhere,
            removed: BTreeSet::new(),
            old_deployments: BTreeSet::new(),
            old_versions: BTreeSet::new(),
        }))
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let version = self.live.planned().version;
        let found = found.map(|found| self.with_old(found));
        let (elsewhere, removed) = match found {
            Some(found) => {
                let removed = found.removed.into_iter();
                let removed = removed
                    .chain(found.old_deployments)
                    .chain(found.old_versions);
                (found.elsewhere, removed.collect())
            }
            None => (BTreeSet::new(), BTreeSet::new()),
        };
        let id = match self.switching {
            true => self.deployed_with(&version),
            false => self.deployment_of(&version),
        };
        State {
            id: unknown_or(id),
            of_live: None,
            elsewhere,
            removed,
            old_deployments: BTreeSet::new(),
            old_versions: BTreeSet::new(),
        }
    }

    fn diff(&self, found: &State, wanted: &State) -> Vec<Change> {
        diff::<Self>(&self.with_old(found), wanted)
    }

    /// A stage is made with a deployment; only a look tells whether others have stages beside it.
    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let stage = self.stage.require()?;
        let deployments = self.deployment.require()?;
        if deployments.others().next().is_some() {
            let seen = self.read(cx).await?;
            return seen.ok_or_else(|| Error::Conflict(format!("stage {}", stage.name)));
        }
        Ok(State {
            id: stage.deployment_id,
            ..wanted
        })
    }

    async fn update(&self, cx: &Cx, found: State, wanted: State) -> Result<State, Error> {
        make_calls(self, cx, &self.with_old(&found), &wanted).await?;
        Ok(wanted)
    }

    /// It goes with the stage.
    async fn delete(&self, _cx: &Cx, _found: State) -> Result<(), Error> {
        Ok(())
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        vec![("deployment", found.id.clone())]
    }
}
