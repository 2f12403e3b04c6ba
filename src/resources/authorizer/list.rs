//! An API's authorizers, listed once for all who need the list.

use crate::engine::{Cx, Error};
use crate::resources::control_plane::{PAGE, pages};
use crate::resources::support::found;
use aws_sdk_apigateway::types::Authorizer;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The list, read by the first who asks.
#[derive(Clone, Default)]
pub(crate) struct AuthorizerList(Arc<OnceCell<Vec<Authorizer>>>);

impl AuthorizerList {
    /// The list as it was at the first look.
    pub(super) async fn get(&self, cx: &Cx, api: &str) -> Result<&Vec<Authorizer>, Error> {
        self.0.get_or_try_init(|| Self::fresh(cx, api)).await
    }

    /// The ids of those that there were at the first look.
    pub(crate) async fn ids(&self, cx: &Cx, api: &str) -> Result<BTreeSet<String>, Error> {
        let all = self.get(cx, api).await?.iter();
        Ok(all.filter_map(|one| one.id.clone()).collect())
    }

    /// The list as it is now; empty where the API is gone.
    pub(super) async fn fresh(cx: &Cx, api: &str) -> Result<Vec<Authorizer>, Error> {
        let ask = |at| {
            let request = cx.apigateway.get_authorizers().rest_api_id(api);
            request.limit(PAGE).set_position(at).send()
        };
        let all = pages(cx, "GetAuthorizers", ask, |page| {
            (page.items, page.position)
        })
        .await;
        Ok(found(all)?.unwrap_or_default())
    }
}
