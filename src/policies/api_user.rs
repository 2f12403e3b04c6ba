//! The document for those who call a stage.

use super::{API_USER, RenderError, Values, render};
use crate::config::settings::{Auth, Route};
use crate::names::Names;
use serde_json::{Value, json};

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

/// Signed calls of the routes named (`GET /sendtosqs`), or of all of the stage's signed routes.
/// Those with `auth = "none"` ask for no permission.
///
/// # Errors
/// A route that the stage does not have; no signed route at all; a fault of the template.
pub(crate) fn api_user(
    names: &Names,
    all: &[Route],
    rest_api_id: &str,
    routes: &[String],
) -> Result<Value, ApiUserError> {
    let signed = |route: &&Route| route.auth == Auth::Iam;
    let signed: Vec<&Route> = all.iter().filter(signed).collect();
    let chosen = match (signed.as_slice(), routes) {
        ([], _) => return Err(ApiUserError::NothingSigned),
        (all, []) => all.to_vec(),
        (all, wanted) => wanted
            .iter()
            .map(|route| find(all, route))
            .collect::<Result<_, _>>()?,
    };
    let arn = |route: &&Route| invoke_arn(names, rest_api_id, route);
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
