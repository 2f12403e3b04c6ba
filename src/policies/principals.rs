//! The documents for those who work with a stage: who deploys it, reads it, calls it, works for it.
//!
//! A policy can hold conditions that say who may do what only together with AWS's own rules;
//! `docs/permissions.md` tells why each action is there.

use super::results::use_of_the_tables_key;
use super::{
    API_USER, DEPLOYER, OPERATOR, QUEUES_KEY, READER, RenderError, Values, WORKER, render,
    use_of_key,
};
use crate::config::settings::{Auth, Authorizer, Boundary, LogLevel, Route, Settings};
use crate::names::Names;
use crate::resources::InvokedFunction;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a document is to cover.
pub(crate) struct Scope<'a> {
    pub names: &'a Names,
    pub settings: &'a Settings,
    /// Every stage of the app instead of this one.
    pub all_stages: bool,
    /// ARN of the permission boundary that every role which the deployer makes has to have.
    pub boundary: Option<String>,
}

/// Why a document for a caller cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiUserError {
    #[error(transparent)]
    Template(#[from] RenderError),
    /// A route that the stage does not have, with those that it has.
    #[error("{route:?} is not among the signed routes of the stage; it has {known}")]
    UnknownRoute { route: String, known: String },
    /// `auth = "none"` on every route.
    #[error("no route of the stage asks for a signature: calling them takes no permission")]
    NothingSigned,
}

impl Scope<'_> {
    fn values(&self) -> Values {
        let names = self.names;
        let stage = if self.all_stages { "*" } else { &names.stage };
        let name = format!("{}-{stage}", names.app);
        let role = format!("{name}-{}", names.region);
        let function_role = self.settings.role.arn.clone();
        Values::from([
            ("partition", json!(names.identity.partition)),
            ("account", json!(names.identity.account)),
            ("region", json!(names.region)),
            ("app", json!(names.app)),
            ("stage", json!(stage)),
            ("name", json!(name)),
            (
                "function_role",
                json!(function_role.unwrap_or_else(|| names.role_arn(&role))),
            ),
            ("domain", json!(self.domain())),
            ("boundary", json!(self.boundary.clone().unwrap_or_default())),
            ("authorizer_functions", json!(self.authorizer_functions())),
        ])
    }

    /// The custom domain name; each stage of an app may have another one.
    fn domain(&self) -> &str {
        let domain = self.settings.domain.as_ref();
        let domain = domain.filter(|_| !self.all_stages);
        domain.map_or("*", |domain| &domain.name)
    }

    /// The statements of the deployer and the reader that this scope has no use for.
    fn superfluous(&self) -> Vec<&'static str> {
        const MAKE: &str = "MakeTheFunctionsRole";
        const FREE: &str = "GiveTheFunctionsRoleItsPermissions";
        const BOUND: &str = "BoundTheFunctionsRole";
        const UNBOUND: &str = "UnboundTheFunctionsRole";
        const LOGGING: [&str; 4] = [
            "ApiGatewaysLoggingRole",
            "AttachLogPermissions",
            "HandOverTheLoggingRole",
            "SetTheAccountsRole",
        ];
        const DOMAIN: [&str; 5] = [
            "FindTheDomainName",
            "MapTheStageOnTheDomainName",
            "MakeTheDomainNameAsShared",
            "TagTheDomainName",
            "ChangeOnlyASharedDomainName",
        ];
        let mut superfluous = match (&self.settings.role.arn, &self.boundary) {
            (Some(_), _) => vec![MAKE, FREE, BOUND],
            (None, Some(_)) => vec![FREE],
            (None, None) => vec![BOUND],
        };
        if self.settings.role.boundary != Boundary::None {
            superfluous.push(UNBOUND);
        }
        let (api, alarms) = (&self.settings.api, &self.settings.alarms);
        let logs = api.log_level != LogLevel::Off || api.access_log.is_some();
        let judged = !self.authorizer_functions().is_empty();
        let results = self.settings.results.is_some();
        let parts: [(bool, &[&str]); 6] = [
            (
                results,
                &["ResultsTable", "ReadTheResultsTable", "SeeTheTasksStates"],
            ),
            (logs, &LOGGING),
            (api.access_log.is_some(), &["AccessLog"]),
            (api.access.is_some(), &["SayWhoMayReachTheApi"]),
            (alarms.is_some(), &["Alarms", "FindAlarms"]),
            (
                judged,
                &[
                    "LetApiGatewayInvokeAuthorizers",
                    "SeeWhoMayInvokeAuthorizers",
                ],
            ),
        ];
        let unused = parts.into_iter().filter(|(used, _)| !used);
        superfluous.extend(unused.flat_map(|(_, statements)| statements));
        if self.settings.function.reserved_concurrency.is_none() {
            superfluous.push("ReserveTheFunctionsConcurrency");
        }
        if self.settings.function.configuration.vpc.is_none() {
            superfluous.push("LookAtTheFunctionsNetwork");
        }
        if self.settings.domain.is_none() {
            superfluous.extend(DOMAIN);
        }
        superfluous
    }

    fn tables_key(&self, actions: &[&str]) -> Option<Value> {
        let results = self.settings.results.as_ref()?;
        use_of_the_tables_key(self.names, results, actions)
    }

    /// The functions of Lambda authorizers that are in the stage's own account and region.
    fn authorizer_functions(&self) -> BTreeSet<String> {
        let all = self.settings.authorizers.values();
        let lambdas = all.filter_map(|authorizer| match authorizer {
            Authorizer::Lambda(lambda) => {
                Some(InvokedFunction::named(&lambda.function, self.names))
            }
            Authorizer::Cognito { .. } => None,
        });
        let within_reach = lambdas.filter(|function| function.is_within_reach(self.names));
        within_reach
            .flat_map(|function| function.arns_for_iam())
            .collect()
    }
}

/// The document with one more statement, where there is one.
fn push(document: &mut Value, statement: Option<Value>) {
    if let Some(statements) = document["Statement"].as_array_mut() {
        statements.extend(statement);
    }
}

/// The document without the statements called `superfluous`.
fn without(mut document: Value, superfluous: &[&str]) -> Value {
    if let Some(statements) = document["Statement"].as_array_mut() {
        statements.retain(|statement| {
            let sid = statement["Sid"].as_str();
            sid.is_none_or(|sid| !superfluous.contains(&sid))
        });
    }
    document
}

/// With what is allowed without a condition on one resource in one statement, the first of them: a managed policy has 6,144
/// characters.
fn merged(mut document: Value) -> Value {
    let Some(statements) = document["Statement"].as_array_mut() else {
        return document;
    };
    let mut kept: Vec<Value> = Vec::new();
    for statement in std::mem::take(statements) {
        let is_same = |other: &&mut Value| {
            other["Resource"] == statement["Resource"]
                && [&**other, &statement]
                    .iter()
                    .all(|one| one.get("Condition").is_none() && one["Action"].is_array())
        };
        match kept.iter_mut().find(is_same) {
            Some(other) => {
                let mut actions = statement["Action"].clone();
                if let (Some(all), Some(more)) =
                    (other["Action"].as_array_mut(), actions.as_array_mut())
                {
                    all.append(more);
                }
            }
            None => kept.push(statement),
        }
    }
    *statements = kept;
    document
}

/// All that deploy, rollback, promote, plan, status, delete, adopt, keys and logs need.
///
/// # Errors
/// A fault of the template.
pub(crate) fn deployer(scope: &Scope) -> Result<Value, RenderError> {
    let document = render(DEPLOYER, &scope.values())?;
    let mut document = without(document, &scope.superfluous());
    // What DynamoDB does with the key of a table that it makes.
    let actions = [
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ];
    push(&mut document, scope.tables_key(&actions));
    Ok(merged(document))
}

/// All that plan, status, logs and worker env need.
///
/// # Errors
/// A fault of the template.
pub(crate) fn reader(scope: &Scope) -> Result<Value, RenderError> {
    let document = render(READER, &scope.values())?;
    Ok(without(document, &scope.superfluous()))
}

/// All that `gatewayq queue` needs.
///
/// # Errors
/// A fault of the template.
pub(crate) fn operator(scope: &Scope) -> Result<Value, RenderError> {
    let document = render(OPERATOR, &scope.values())?;
    let mut document = without(document, &scope.superfluous());
    push(&mut document, scope.tables_key(&["kms:Decrypt"]));
    if let (Some(statements), Some(key)) = (
        document["Statement"].as_array_mut(),
        &scope.settings.queue.kms_key,
    ) {
        let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
        statements.push(use_of_key(scope.names, QUEUES_KEY, key, &actions));
    }
    Ok(document)
}

/// All that a Celery worker on the stage's queue needs; with `sends` one whose tasks retry or send
/// tasks.
///
/// # Errors
/// A fault of the template.
pub(crate) fn worker(scope: &Scope, sends: bool) -> Result<Value, RenderError> {
    let mut document = render(WORKER, &scope.values())?;
    push(&mut document, scope.tables_key(&["kms:Decrypt"]));
    let results = scope.settings.results.is_some();
    if let Some(statements) = document["Statement"].as_array_mut() {
        statements.retain(|statement| sends || statement["Sid"] != "SendToTheQueue");
        statements.retain(|statement| results || statement["Sid"] != "StoreResults");
        if let Some(key) = &scope.settings.queue.kms_key {
            let actions: &[&str] = match sends {
                true => &["kms:Decrypt", "kms:GenerateDataKey"],
                false => &["kms:Decrypt"],
            };
            statements.push(use_of_key(scope.names, QUEUES_KEY, key, actions));
        }
    }
    Ok(document)
}

/// Signed calls of the routes named (`GET /sendtosqs`), or of all of the stage's signed routes.
/// Those with `auth = "none"` ask for no permission.
///
/// # Errors
/// A route that the stage does not have; no signed route at all; a fault of the template.
pub(crate) fn api_user(
    scope: &Scope,
    rest_api_id: &str,
    routes: &[String],
) -> Result<Value, ApiUserError> {
    let signed = |route: &&Route| route.auth == Auth::Iam;
    let signed: Vec<&Route> = scope.settings.routes.iter().filter(signed).collect();
    let chosen = match (signed.as_slice(), routes) {
        ([], _) => return Err(ApiUserError::NothingSigned),
        (all, []) => all.to_vec(),
        (all, wanted) => wanted
            .iter()
            .map(|route| find(all, route))
            .collect::<Result<_, _>>()?,
    };
    let arn = |route: &&Route| invoke_arn(scope.names, rest_api_id, route);
    let arns = chosen.iter().map(arn).collect();
    Ok(render(API_USER, &Values::from([("routes", arns)]))?)
}

fn find<'a>(signed: &[&'a Route], wanted: &str) -> Result<&'a Route, ApiUserError> {
    let title = |route: &Route| format!("{} {}", route.method, route.path);
    let found = signed.iter().find(|route| title(route) == wanted);
    let known = || signed.iter().map(|route| title(route)).collect::<Vec<_>>();
    found.copied().ok_or_else(|| ApiUserError::UnknownRoute {
        route: wanted.to_owned(),
        known: known().join(", "),
    })
}

/// `arn:…:execute-api:region:account:api/stage/METHOD/path`. A path variable stands for any one
/// value; IAM's `*` is the closest to it, though it also takes further path segments.
fn invoke_arn(names: &Names, rest_api_id: &str, route: &Route) -> Value {
    let method = if route.method == "ANY" {
        "*"
    } else {
        &route.method
    };
    let segment = |part: &str| {
        if part.starts_with('{') {
            "*".to_owned()
        } else {
            part.to_owned()
        }
    };
    let path: Vec<String> = route.path.split('/').map(segment).collect();
    json!(names.arn(
        "execute-api",
        &format!("{rest_api_id}/{}/{method}{}", names.stage, path.join("/"))
    ))
}
