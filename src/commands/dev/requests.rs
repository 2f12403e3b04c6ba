//! Requests of the API, shown as they are answered.

use super::lines::{Lines, Writer};
use crate::local;
use camino::Utf8Path;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(300);

/// Shows requests until it is dropped.
pub(super) struct Requests(JoinHandle<()>);

impl Requests {
    /// Shows those of this project's local AWS from now on.
    pub(super) fn show(project: &Utf8Path, lines: &Lines) -> Self {
        let (mut requests, lines) = (local::Requests::from_now(project), lines.clone());
        Self(tokio::spawn(async move {
            while !lines.is_ended() {
                for request in requests.more() {
                    lines.show(Writer::Api, &request.to_string());
                }
                tokio::time::sleep(INTERVAL).await;
            }
        }))
    }
}

impl Drop for Requests {
    fn drop(&mut self) {
        self.0.abort();
    }
}
