//! The way in: from the event as API Gateway hands it over to the request that the rules read.

use std::collections::HashMap;

use gatewayq_routes::{Route, Routes, path};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::answer::Refusal;
use crate::request::ApiRequest;

/// One event as API Gateway hands it to the function, its path parameters percent-encoded as the
/// client wrote them. It has to be opened before anything of the request can be read, so nothing
/// is decoded twice.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ApiEvent(ApiRequest);

impl From<ApiRequest> for ApiEvent {
    fn from(as_sent: ApiRequest) -> Self {
        Self(as_sent)
    }
}

impl ApiEvent {
    /// API Gateway's id of the request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.0.request_context.request_id
    }

    /// The request as the client sent it, of which the headers alone are to be read.
    #[must_use]
    pub fn as_sent(&self) -> &ApiRequest {
        &self.0
    }

    /// The route that API Gateway has authorised the request by, if the function has it.
    #[must_use]
    pub fn route<'a>(&self, routes: &'a Routes) -> Option<&'a Route> {
        routes.find(&self.0.http_method, &self.0.resource)
    }

    /// The request and the route that API Gateway has authorised it by. The request has the
    /// names of that route: while a deploy renames a path parameter, the stage still sends events
    /// with the old name to the new function.
    ///
    /// # Errors
    /// A [`Refusal`]: 404 when the function has no such route, 400 when a path parameter is not
    /// UTF-8 text.
    pub fn open(self, routes: &Routes) -> Result<(&Route, ApiRequest), Refusal> {
        let route = self
            .route(routes)
            .ok_or_else(|| Refusal::new(404, "there is no such route"))?;
        let mut request = self.0;
        request.path_parameters = parameters(&request, &route.path)?;
        request.resource.clone_from(&route.path);
        request.route_key = format!("{} {}", route.method, route.path);
        Ok((route, request))
    }
}

/// The path parameters by the names that `path` has for them, decoded. Names belong together by
/// their position in the path.
fn parameters(request: &ApiRequest, path: &str) -> Result<HashMap<String, String>, Refusal> {
    path::parameters(&request.resource)
        .zip(path::parameters(path))
        .map(|(sent, own)| {
            let value = request.path_parameters.get(sent);
            let value = value.ok_or_else(|| refuse(own, "missing"))?;
            Ok((own.to_owned(), decode(own, value)?))
        })
        .collect()
}

/// The value with each escape (`%2F`) as what it stands for. `+` is not a space in a path, and a
/// `%` that does not begin an escape stays as it is. Bytes that are not UTF-8 are refused: left as
/// they are, they would be a different ordering key from the same word in UTF-8.
fn decode(name: &str, value: &str) -> Result<String, Refusal> {
    match percent_decode_str(value).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(refuse(name, "not UTF-8 text")),
    }
}

fn refuse(name: &str, what: &str) -> Refusal {
    Refusal::bad(format!("the path parameter `{name}` is {what}"))
}
