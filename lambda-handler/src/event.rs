//! The way in: from the event as API Gateway hands it over to the request that the rules read.

use serde::Deserialize;

use crate::answer::Refusal;
use crate::request::ApiRequest;
use crate::routes::{Route, Routes};

/// One event as API Gateway hands it to the function. It has to be opened before anything of the
/// request can be read.
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

    /// The request and the route that API Gateway has authorised it by.
    ///
    /// # Errors
    /// A [`Refusal`]: 404 when the function has no such route.
    pub fn open(self, routes: &Routes) -> Result<(&Route, ApiRequest), Refusal> {
        let mut request = self.0;
        let route = routes
            .find(&request.http_method, &request.resource)
            .ok_or_else(|| Refusal::new(404, "there is no such route"))?;
        request.route_key = format!("{} {}", route.method, route.path);
        Ok((route, request))
    }
}
