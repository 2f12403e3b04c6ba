//! The documents for those who work with a stage: who deploys it, reads it, calls it, works for it.
//!
//! A policy can hold conditions that say who may do what only together with AWS's own rules;
//! `docs/permissions.md` tells why each action is there.

use super::{API_USER, DEPLOYER, READER, RenderError, Values, WORKER, render, use_of_key};
use crate::config::settings::{Auth, Route, Settings};
use crate::names::Names;
use serde_json::{Value, json};

/// What a document is to cover.
pub struct Scope<'a> {
    pub names: &'a Names,
    pub settings: &'a Settings,
    /// Every stage of the app instead of this one.
    pub all_stages: bool,
    /// ARN of the permission boundary that every role which the deployer makes has to have.
    pub boundary: Option<String>,
}

/// A route that the stage does not have, with those that it has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{route:?} is not among the signed routes of the stage; it has {known}")]
pub struct UnknownRoute {
    route: String,
    known: String,
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
            ("boundary", json!(self.boundary.clone().unwrap_or_default())),
        ])
    }

    /// The statements of the deployer that this scope has no use for.
    fn superfluous(&self) -> &'static [&'static str] {
        const MAKE: &str = "MakeTheFunctionsRole";
        const FREE: &str = "GiveTheFunctionsRoleItsPermissions";
        const BOUND: &str = "BoundTheFunctionsRole";
        match (&self.settings.role.arn, &self.boundary) {
            (Some(_), _) => &[MAKE, FREE, BOUND],
            (None, Some(_)) => &[FREE],
            (None, None) => &[BOUND],
        }
    }
}

/// All that deploy, plan, status, delete, adopt, keys and logs need.
///
/// # Errors
/// A fault of the template.
pub fn deployer(scope: &Scope) -> Result<Value, RenderError> {
    let mut document = render(DEPLOYER, &scope.values())?;
    if let Some(statements) = document["Statement"].as_array_mut() {
        let superfluous = scope.superfluous();
        let named = |statement: &Value| statement["Sid"].as_str().map(str::to_owned);
        statements.retain(|statement| {
            named(statement).is_none_or(|sid| !superfluous.contains(&sid.as_str()))
        });
    }
    Ok(document)
}

/// All that plan, status, logs and worker env need.
///
/// # Errors
/// A fault of the template.
pub fn reader(scope: &Scope) -> Result<Value, RenderError> {
    render(READER, &scope.values())
}

/// All that a Celery worker on the stage's queue needs.
///
/// # Errors
/// A fault of the template.
pub fn worker(scope: &Scope) -> Result<Value, RenderError> {
    let mut document = render(WORKER, &scope.values())?;
    if let (Some(key), Some(statements)) = (
        &scope.settings.queue.kms_key,
        document["Statement"].as_array_mut(),
    ) {
        statements.push(use_of_key(scope.names, key, &["kms:Decrypt"]));
    }
    Ok(document)
}

/// Signed calls of the routes named (`GET /sendtosqs`), or of all of the stage's signed routes.
/// Those with `auth = "none"` ask for no permission.
///
/// # Errors
/// A route that the stage does not have, inside; a fault of the template, outside.
pub fn api_user(
    scope: &Scope,
    rest_api_id: &str,
    routes: &[String],
) -> Result<Result<Value, UnknownRoute>, RenderError> {
    let signed: Vec<&Route> = scope
        .settings
        .routes
        .iter()
        .filter(|route| route.auth == Auth::Iam)
        .collect();
    let chosen = match choose(&signed, routes) {
        Ok(chosen) => chosen,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let arns = chosen
        .iter()
        .map(|route| invoke_arn(scope.names, rest_api_id, route));
    let values = Values::from([("routes", arns.collect())]);
    render(API_USER, &values).map(Ok)
}

fn choose<'a>(signed: &[&'a Route], wanted: &[String]) -> Result<Vec<&'a Route>, UnknownRoute> {
    if wanted.is_empty() && !signed.is_empty() {
        return Ok(signed.to_vec());
    }
    let title = |route: &Route| format!("{} {}", route.method, route.path);
    let unknown = |route: &str| UnknownRoute {
        route: route.to_owned(),
        known: match signed {
            [] => "none (auth = \"iam\")".to_owned(),
            signed => signed
                .iter()
                .map(|route| title(route))
                .collect::<Vec<_>>()
                .join(", "),
        },
    };
    if signed.is_empty() {
        return Err(unknown("any"));
    }
    let find = |wanted: &String| {
        let same = |route: &&&Route| title(route) == *wanted;
        signed
            .iter()
            .find(same)
            .copied()
            .ok_or_else(|| unknown(wanted))
    };
    wanted.iter().map(find).collect()
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
