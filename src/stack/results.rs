//! Where the tasks' results are kept.

use super::{Builder, Purpose};
use crate::engine::Handle;
use crate::resources::{RestApi, ResultsTable, ServedDeployment};

impl Builder<'_> {
    /// The table, which is there before the stage that asks for results.
    pub(super) fn results_table(
        &mut self,
        api: &Handle<RestApi>,
        purpose: &Purpose,
    ) -> Option<Handle<ResultsTable>> {
        let results = self.settings.results.as_ref()?;
        let key = results.kms_key.clone();
        let key = key.map(|key| match key.starts_with("arn:") {
            true => key,
            false => self.names.arn("kms", &format!("key/{key}")),
        });
        Some(self.table(api, key, purpose, None))
    }

    /// One that an earlier deploy made goes when the version that reads it is served no more.
    pub(super) fn unwanted_results_table(
        &mut self,
        api: &Handle<RestApi>,
        served: &Handle<ServedDeployment>,
        purpose: &Purpose,
    ) {
        if self.settings.results.is_none() {
            self.table(api, None, purpose, Some(served));
        }
    }

    fn table(
        &mut self,
        api: &Handle<RestApi>,
        kms_key: Option<String>,
        purpose: &Purpose,
        after: Option<&Handle<ServedDeployment>>,
    ) -> Handle<ResultsTable> {
        let (names, tags) = (self.names.clone(), self.tags.clone());
        let is_wanted = self.settings.results.is_some();
        let deploying = matches!(purpose, Purpose::Deploy(..));
        let deleting = matches!(purpose, Purpose::Delete);
        self.graph.add(|depends| {
            after.into_iter().for_each(|served| depends.after(served));
            ResultsTable {
                names,
                tags,
                api: depends.on(api),
                kms_key,
                is_wanted,
                deploying,
                deleting,
            }
        })
    }
}
