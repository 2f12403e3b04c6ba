//! The account's REST APIs, listed once for all who need the list.

use crate::engine::{Cx, Error};
use aws_sdk_apigateway::types::RestApi;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The list, read by the first who asks.
#[derive(Clone, Default)]
pub struct ApiList(Arc<OnceCell<Vec<RestApi>>>);

impl ApiList {
    /// The list as it was at the first look.
    pub async fn get(&self, cx: &Cx) -> Result<&[RestApi], Error> {
        self.0
            .get_or_try_init(|| Self::fresh(cx))
            .await
            .map(Vec::as_slice)
    }

    /// The list as it is now.
    pub async fn fresh(cx: &Cx) -> Result<Vec<RestApi>, Error> {
        let (mut apis, mut position) = (Vec::new(), None);
        loop {
            let request = cx
                .apigateway
                .get_rest_apis()
                .limit(500)
                .set_position(position);
            let page = cx.paced("GetRestApis", request.send()).await?;
            apis.extend(page.items.unwrap_or_default());
            position = page.position;
            if position.is_none() {
                return Ok(apis);
            }
        }
    }

    /// The list if it has been read.
    pub fn known(&self) -> Option<&[RestApi]> {
        self.0.get().map(Vec::as_slice)
    }
}
