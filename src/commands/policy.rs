//! `gatewayq policy`: one IAM policy, ready for `aws iam create-policy --policy-document file://…`.

use super::session::Session;
use super::{Failure, ci};
use crate::cli::{Global, Policy};
use crate::endpoint;
use crate::output::Printer;
use crate::policies::{self, ApiUserError, MANAGED_POLICY, Scope};
use anyhow::Context;
use serde_json::Value;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    policy: &Policy,
) -> Result<(), Failure> {
    let (all_stages, boundary) = breadth(policy);
    let (session, stages) = match all_stages {
        true => Session::open_for_all(global, printer).await?,
        false => {
            let session = Session::open(global, printer).await?;
            let own = session.settings.clone();
            (session, vec![own])
        }
    };
    let names = session.names();
    let scope = Scope {
        names: &names,
        stages: &stages,
        all_stages,
        boundary,
        no_logging_role: matches!(
            policy,
            Policy::Deployer {
                no_logging_role: true,
                ..
            }
        ),
    };
    let document = match policy {
        Policy::Deployer { .. } => policies::deployer(&scope).context(FAULT)?,
        Policy::Reader { .. } => policies::reader(&scope).context(FAULT)?,
        Policy::Operator { .. } => policies::operator(&scope).context(FAULT)?,
        Policy::Worker { sends, .. } => policies::worker(&scope, *sends).context(FAULT)?,
        Policy::ApiUser { route } => api_user(global, &session, route).await?,
        Policy::CiTrust(arguments) => policies::ci_trust(&names, &ci::jobs(arguments)?),
    };
    let document = policies::fitted(document);
    let size = policies::size(&document);
    if size > MANAGED_POLICY {
        printer.note(&format!(
            "This policy has {size} characters, and a managed one may have {MANAGED_POLICY}: give it to a role as an \
             inline policy (aws iam put-role-policy), all of which together may have 10,240."
        ));
    }
    let text = serde_json::to_string_pretty(&document).context(FAULT)?;
    printer.result(&document, &text);
    Ok(())
}

const FAULT: &str = "the policy cannot be rendered, which is a fault of gatewayq";

fn breadth(policy: &Policy) -> (bool, Option<String>) {
    match policy {
        Policy::Deployer {
            breadth, boundary, ..
        } => (breadth.all_stages, boundary.clone()),
        Policy::Reader { breadth }
        | Policy::Operator { breadth }
        | Policy::Worker { breadth, .. } => (breadth.all_stages, None),
        Policy::ApiUser { .. } | Policy::CiTrust(_) => (false, None),
    }
}

/// Only AWS knows the API's id, and it is in every ARN of this policy.
async fn api_user(global: &Global, session: &Session, routes: &[String]) -> Result<Value, Failure> {
    let stack = session.inspect(|stack| vec![stack.api.id()]).await?;
    let api = stack.api.current().ok_or_else(|| {
        Failure::failed(format!(
            "{} is not deployed here, and the policy needs its API's id: gatewayq deploy{}",
            stack.names.base(),
            endpoint::flags(global)
        ))
    })?;
    let all = &session.settings.routes;
    policies::api_user(&stack.names, all, &api.id, routes).map_err(|error| match error {
        ApiUserError::Template(_) => Failure::Failed(anyhow::Error::new(error).context(FAULT)),
        error => Failure::usage(error.to_string()),
    })
}
