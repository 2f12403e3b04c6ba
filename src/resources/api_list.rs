//! The account's REST APIs, listed once for all who need the list.

use super::control_plane::{PAGE, pages};
use crate::engine::{Cx, Error};
use aws_sdk_apigateway::types::RestApi;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The list, read by the first who asks.
#[derive(Clone, Default)]
pub(crate) struct ApiList(Arc<OnceCell<Vec<RestApi>>>);

impl ApiList {
    /// The list as it was at the first look.
    pub(super) async fn get(&self, cx: &Cx) -> Result<&[RestApi], Error> {
        let list = self.0.get_or_try_init(|| Self::fresh(cx)).await;
        list.map(Vec::as_slice)
    }

    /// The list as it is now.
    pub(crate) async fn fresh(cx: &Cx) -> Result<Vec<RestApi>, Error> {
        let ask = |at| {
            let request = cx.apigateway.get_rest_apis().limit(PAGE);
            request.set_position(at).send()
        };
        pages(cx, "GetRestApis", ask, |page| (page.items, page.position)).await
    }

    /// The list if it has been read.
    pub(super) fn known(&self) -> Option<&[RestApi]> {
        self.0.get().map(Vec::as_slice)
    }
}
