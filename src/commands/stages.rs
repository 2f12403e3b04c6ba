//! `gatewayq stages`: every stage of the app in this account and region.

use super::Failure;
use super::converge::survey;
use super::session::{self, Session};
use crate::cli::Global;
use crate::endpoint;
use crate::engine::{Action, Cx, Error, Goal, Plan};
use crate::names::Names;
use crate::output::{Printer, table};
use crate::resources::{ApiList, Listed, list_api_keys, list_tags, list_usage_plans};
use crate::stack::Purpose;
use crate::tags::{APP_TAG, STAGE_TAG};
use console::style;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One stage, as it was found.
#[derive(Debug, Serialize)]
struct Found {
    stage: String,
    url: Option<String>,
    state: State,
    /// Resources that are missing.
    missing: usize,
    /// Resources that are not as gatewayq.toml says.
    drifted: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As gatewayq.toml says.
    InSync,
    /// Something is missing, drifted or not this stage's.
    Differs,
    /// Without an API: a deploy or a delete did not come to its end.
    Unfinished,
}

pub(crate) async fn run(global: &Global, printer: &Printer) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let app = &session.settings.app;
    let names = tagged(&session, app)
        .await
        .map_err(|error| Failure::reading("the list of stages", error))?;
    let mut stages = Vec::new();
    for name in names {
        stages.push(inspect(global, &session, name).await?);
    }
    let region = &session.runtime.aws.region;
    let text = match stages.as_slice() {
        [] => format!(
            "no stage of {app} is in {region}: gatewayq deploy{}",
            endpoint::flags(global)
        ),
        stages => table(&stages.iter().map(row).collect::<Vec<_>>()),
    };
    let account = &session.runtime.aws.identity.account;
    printer.result(
        &json!({"app": app, "account": account, "region": region, "stages": stages}),
        &text,
    );
    Ok(())
}

/// The stages that the tags of APIs, usage plans and API keys name: what deploy makes early, and
/// delete removes late.
async fn tagged(session: &Session, app: &str) -> Result<BTreeSet<String>, Error> {
    let (cx, names) = (session.runtime.cx("stages"), session.names());
    let look = Look { cx, names, app };
    let (apis, plans, keys) = futures::try_join!(look.apis(), look.plans(), look.keys())?;
    let all = apis.into_iter().chain(plans).chain(keys);
    Ok(all
        .filter(|tags| look.is_ours(tags))
        .filter_map(|tags| tags.get(STAGE_TAG).cloned())
        .collect())
}

type TagMap = BTreeMap<String, String>;

struct Look<'a> {
    cx: Cx,
    names: Names,
    app: &'a str,
}

impl Look<'_> {
    fn is_ours(&self, tags: &TagMap) -> bool {
        tags.get(APP_TAG).is_some_and(|of| of == self.app)
    }

    /// The names of an app's things begin with the app's.
    fn listed<'a>(
        &self,
        name: Option<&str>,
        tags: Option<&'a HashMap<String, String>>,
        path: &str,
    ) -> Listed<'a> {
        let prefix = format!("{}-", self.app);
        Listed {
            tags,
            of_our_name: name.is_some_and(|name| name.starts_with(&prefix)),
            arn: self.names.apigateway_arn(path),
        }
    }

    async fn tags(&self, listed: &[Listed<'_>]) -> Result<Vec<TagMap>, Error> {
        list_tags(&self.cx, listed, |tags| self.is_ours(tags)).await
    }

    async fn apis(&self) -> Result<Vec<TagMap>, Error> {
        let apis = ApiList::fresh(&self.cx).await?;
        let listed = apis.iter().map(|api| {
            let path = format!("/restapis/{}", api.id().unwrap_or_default());
            self.listed(api.name(), api.tags(), &path)
        });
        self.tags(&listed.collect::<Vec<_>>()).await
    }

    async fn plans(&self) -> Result<Vec<TagMap>, Error> {
        let plans = list_usage_plans(&self.cx).await?;
        let listed = plans.iter().map(|plan| {
            let path = format!("/usageplans/{}", plan.id().unwrap_or_default());
            self.listed(plan.name(), plan.tags(), &path)
        });
        self.tags(&listed.collect::<Vec<_>>()).await
    }

    async fn keys(&self) -> Result<Vec<TagMap>, Error> {
        let keys = list_api_keys(&self.cx).await?;
        let listed = keys.iter().map(|key| {
            let path = format!("/apikeys/{}", key.id().unwrap_or_default());
            self.listed(key.name(), key.tags(), &path)
        });
        self.tags(&listed.collect::<Vec<_>>()).await
    }
}

/// The whole stage is read: only that tells its state.
async fn inspect(global: &Global, session: &Session, stage: String) -> Result<Found, Failure> {
    let settings = session::settings(&Global {
        stage: stage.clone(),
        ..global.clone()
    })?;
    let session = Session {
        settings,
        runtime: session.runtime.clone(),
        printer: session.printer.clone(),
        flags: session.flags.clone(),
    };
    let (stack, plan) = survey(
        &session,
        &Purpose::Inspect,
        Goal::Present { replace: false },
    )
    .await?;
    let url = stack
        .api
        .current()
        .map(|api| endpoint::stage_url(&session.runtime.aws, &api.id, &stage));
    let (missing, drifted) = count(&plan);
    let state = match (&url, missing + drifted) {
        (None, _) => State::Unfinished,
        (Some(_), 0) => State::InSync,
        (Some(_), _) => State::Differs,
    };
    Ok(Found {
        stage,
        url,
        state,
        missing,
        drifted,
    })
}

fn count(plan: &Plan) -> (usize, usize) {
    let missing = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Create);
    let work = plan
        .steps
        .iter()
        .filter(|step| step.action.is_work() || matches!(step.action, Action::Foreign { .. }));
    let missing = missing.count();
    (missing, work.count() - missing)
}

fn row(found: &Found) -> Vec<String> {
    let differs = format!("{} missing, {} drifted", found.missing, found.drifted);
    let state = match found.state {
        State::InSync => style("in sync".to_owned()).green(),
        State::Differs => style(differs).yellow(),
        State::Unfinished => style(format!("no API: {differs}")).red(),
    };
    let url = found.url.clone().unwrap_or_default();
    vec![found.stage.clone(), state.to_string(), url]
}
