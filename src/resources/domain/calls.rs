//! The calls about custom domain names and what is mapped on them.

use super::super::control_plane::{PAGE, pages};
use super::super::support::{found, gone};
use super::is_shared;
use crate::config::settings::ROOT;
use crate::engine::{Cx, Error};
use aws_sdk_apigateway::operation::get_domain_name::GetDomainNameOutput;
use aws_sdk_apigateway::types::RestApi;

/// A name as API Gateway answers it.
pub(super) type Answer = GetDomainNameOutput;

/// One base path of a name, and what it leads to.
pub(super) struct BasePath {
    /// [`ROOT`] for what is right under the name.
    pub base_path: String,
    pub api: String,
    /// Empty where callers name the stage in the path.
    pub stage: String,
}

impl BasePath {
    /// Whether it leads to this stage.
    pub(super) fn is_of(&self, api: Option<&str>, stage: &str) -> bool {
        api == Some(self.api.as_str()) && self.stage == stage
    }

    /// `stage prod of REST API shop-prod (a1b2c3)`
    pub(super) fn target(&self, apis: &[RestApi]) -> String {
        let mut apis = apis.iter();
        let api = apis.find(|api| api.id() == Some(&self.api));
        let stage = match self.stage.as_str() {
            "" => "all stages",
            stage => &format!("stage {stage}"),
        };
        match api.and_then(|api| api.name()) {
            Some(name) => format!("{stage} of REST API {name} ({})", self.api),
            None => format!("{stage} of API {}", self.api),
        }
    }
}

/// The name, which has to be there.
pub(super) async fn look(cx: &Cx, name: &str) -> Result<Answer, Error> {
    let request = cx.apigateway.get_domain_name().domain_name(name);
    cx.call("GetDomainName", request.send()).await
}

/// The name, if it is there.
pub(super) async fn get(cx: &Cx, name: &str) -> Result<Option<Answer>, Error> {
    found(look(cx, name).await)
}

/// What is mapped on the name; `None` where the name is not there.
pub(super) async fn base_paths(cx: &Cx, name: &str) -> Result<Option<Vec<BasePath>>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_base_path_mappings().domain_name(name);
        request.limit(PAGE).set_position(at).send()
    };
    let all = pages(cx, "GetBasePathMappings", ask, |page| {
        (page.items, page.position)
    });
    let all = found(all.await)?;
    let mapped = |all: Vec<aws_sdk_apigateway::types::BasePathMapping>| {
        let all = all.into_iter().map(|one| BasePath {
            base_path: one.base_path.unwrap_or_else(|| ROOT.to_owned()),
            api: one.rest_api_id.unwrap_or_default(),
            stage: one.stage.unwrap_or_default(),
        });
        all.collect()
    };
    Ok(all.map(mapped))
}

/// Takes a base path off the name.
pub(super) async fn unmap(cx: &Cx, name: &str, base_path: &str) -> Result<(), Error> {
    let request = cx.apigateway.delete_base_path_mapping();
    let request = request.domain_name(name).base_path(base_path);
    gone(cx.call("DeleteBasePathMapping", request.send()).await)
}

/// Removes a name that is shared and that nothing is mapped on; true where it is gone, or was never
/// gatewayq's.
pub(super) async fn delete_unused(cx: &Cx, name: &str) -> Result<bool, Error> {
    let (answer, mapped) = futures::join!(get(cx, name), base_paths(cx, name));
    if !answer?.is_some_and(|answer| is_shared(&answer)) {
        return Ok(true);
    }
    if is_used(&mapped?) {
        return Ok(false);
    }
    let request = cx.apigateway.delete_domain_name().domain_name(name);
    match gone(cx.call("DeleteDomainName", request.send()).await) {
        Ok(()) => Ok(true),
        // What was mapped meanwhile keeps it.
        Err(error) if error.waiting_for().is_none() && !matches!(error, Error::Cancelled) => {
            match is_used(&base_paths(cx, name).await?) {
                true => Ok(false),
                false => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

fn is_used(mapped: &Option<Vec<BasePath>>) -> bool {
    mapped.as_ref().is_some_and(|mapped| !mapped.is_empty())
}
