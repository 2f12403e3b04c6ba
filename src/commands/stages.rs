//! `gatewayq stages`: every stage of the app in this account and region.

use super::Failure;
use super::converge::survey_sharing;
use super::session::{self, Session};
use crate::cli::Global;
use crate::config;
use crate::endpoint;
use crate::engine::{Action, Error, Plan};
use crate::output::{Printer, table};
use crate::resources::{Lists, Whose, api_tags_of};
use crate::tags::{APP_TAG, STAGE_TAG};
use console::style;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

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
    /// Of a stage that gatewayq.toml does not describe: why, of several mistakes the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    mistake: Option<String>,
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
    /// gatewayq.toml does not say what it is to be, so nothing of it was read.
    Undescribed,
}

pub(crate) async fn run(global: &Global, printer: &Printer) -> Result<(), Failure> {
    let (session, _) = Session::open_for_all(global, printer).await?;
    let app = &session.settings.app;
    let lists = Lists::new(&Whose::App(session.names()));
    let names = tagged(&session, &lists)
        .await
        .map_err(|error| Failure::reading("the list of stages", error, &session.flags))?;
    let mut stages = Vec::new();
    for name in names {
        stages.push(inspect(global, &session, &lists, name).await?);
    }
    let region = &session.runtime.aws.region;
    let text = match stages.as_slice() {
        [] => {
            let stage = session.settings.stage.clone();
            let global = Global {
                stage,
                ..global.clone()
            };
            let flags = endpoint::flags(&global);
            format!("no stage of {app} is in {region}: gatewayq deploy{flags}")
        }
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
async fn tagged(session: &Session, lists: &Lists) -> Result<BTreeSet<String>, Error> {
    let (cx, names) = (session.runtime.cx("stages"), session.names());
    let (apis, plans, keys) = futures::try_join!(
        api_tags_of(&cx, lists),
        lists.plans.get(&cx),
        lists.keys.get(&cx)
    )?;
    let plans = plans.iter().map(|plan| &plan.tags);
    let keys = keys.iter().map(|key| &key.tags);
    let all = apis.iter().chain(plans).chain(keys);
    Ok(all
        .filter(|tags| tags.get(APP_TAG) == Some(&names.app))
        .filter_map(|tags| tags.get(STAGE_TAG).cloned())
        .collect())
}

/// The whole stage is read: only that tells its state. The lists are those of all stages.
async fn inspect(
    global: &Global,
    session: &Session,
    lists: &Lists,
    stage: String,
) -> Result<Found, Failure> {
    // Where the routes are those of stages alone, the file says nothing of others.
    let global = Global {
        stage: stage.clone(),
        ..global.clone()
    };
    let settings = match session::settings(&global) {
        Ok(settings) => settings,
        Err(Failure::Config(error)) => return Ok(undescribed(stage, &error)),
        Err(failure) => return Err(failure),
    };
    let session = Session {
        settings,
        runtime: session.runtime.clone(),
        printer: session.printer.clone(),
        flags: endpoint::flags(&global),
    };
    let (stack, plan) = survey_sharing(lists, &session).await?;
    let url = stack
        .api
        .current()
        .map(|api| endpoint::callers_url(&session.runtime.aws, &api.id, &session.settings));
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
        mistake: None,
    })
}

fn undescribed(stage: String, error: &config::Error) -> Found {
    Found {
        stage,
        url: None,
        state: State::Undescribed,
        missing: 0,
        drifted: 0,
        mistake: Some(error.first()),
    }
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
        State::Undescribed => {
            let why = found.mistake.as_deref().unwrap_or_default();
            style(format!("gatewayq.toml does not describe it: {why}")).yellow()
        }
    };
    let url = found.url.clone().unwrap_or_default();
    vec![found.stage.clone(), state.to_string(), url]
}
