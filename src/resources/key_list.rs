//! The account's API keys without their values, listed once for all of a stack who need the list.

use super::api_key::{ListedKey, all_keys};
use crate::engine::{Cx, Error};
use crate::names::Names;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The list, read by the first who asks.
#[derive(Clone, Default)]
pub(crate) struct KeyList(Arc<OnceCell<Vec<ListedKey>>>);

impl KeyList {
    /// The list as it was at the first look.
    pub(super) async fn get(&self, cx: &Cx, names: &Names) -> Result<&[ListedKey], Error> {
        let list = self.0.get_or_try_init(|| all_keys(cx, names)).await;
        list.map(Vec::as_slice)
    }

    /// Whether it has been read.
    pub(super) fn is_known(&self) -> bool {
        self.0.initialized()
    }
}
