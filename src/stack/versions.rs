//! Which of the function's versions is live, and with which deployment.

use super::{Builder, Purpose};
use crate::engine::Handle;
use crate::resources::{
    Deployment, FormerPermission, Function, LiveVersion, Permission, Queue, RestApi, Serve,
    ServedDeployment, Stage, Versions,
};
use std::sync::atomic::AtomicBool;

impl Builder<'_> {
    pub(super) fn versions(
        &mut self,
        function: &Handle<Function>,
        purpose: &Purpose,
    ) -> Handle<Versions> {
        let (name, definition) = (self.names.base(), self.definition());
        let caller = self.names.identity.caller_arn.clone();
        let switching = matches!(purpose, Purpose::Switch(_));
        let upload = match purpose {
            Purpose::Deploy(upload, _) => Some(upload.clone()),
            Purpose::Inspect | Purpose::Switch(_) | Purpose::Delete => None,
        };
        self.graph.add_inside(function, |depends| Versions {
            function: depends.on(function),
            name,
            definition,
            upload,
            caller,
            switching,
        })
    }

    /// After all that the new code and the new routes need: with the next write they are live.
    pub(super) fn live_version(
        &mut self,
        (function, queue): (&Handle<Function>, &Handle<Queue>),
        versions: &Handle<Versions>,
        stage: &Handle<Stage>,
        purpose: &Purpose,
    ) -> Handle<LiveVersion> {
        let serve = match purpose {
            Purpose::Deploy(_, None) => Serve::Newest,
            Purpose::Deploy(_, Some(percent)) => Serve::Canary(*percent),
            Purpose::Inspect | Purpose::Delete => Serve::AsSwitched,
            Purpose::Switch(version) => Serve::Version(*version),
        };
        let name = self.names.base();
        self.graph.add_inside(function, |depends| {
            depends.after(stage);
            let is_deploy = matches!(purpose, Purpose::Deploy(..));
            LiveVersion {
                versions: depends.on(versions),
                queue: is_deploy.then(|| depends.on(queue)),
                function: name,
                serve,
                looked: AtomicBool::new(false),
            }
        })
    }

    pub(super) fn served_deployment(
        &mut self,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
        deployment: &Handle<Deployment>,
        (versions, live): (&Handle<Versions>, &Handle<LiveVersion>),
        purpose: &Purpose,
    ) -> Handle<ServedDeployment> {
        let (function, definition) = (self.names.base(), self.definition());
        let keep = self.settings.function.keep_versions;
        self.graph.add_inside(stage, |depends| ServedDeployment {
            api: depends.on(api),
            stage: depends.on(stage),
            deployment: depends.on(deployment),
            versions: depends.on(versions),
            live: depends.on(live),
            function,
            definition,
            keep,
            switching: matches!(purpose, Purpose::Switch(_)),
            looked: AtomicBool::new(false),
        })
    }

    pub(super) fn former_permission(
        &mut self,
        function: &Handle<Function>,
        permission: &Handle<Permission>,
        served: &Handle<ServedDeployment>,
    ) {
        let names = self.names.clone();
        self.graph.add_inside(function, |depends| {
            depends.after(served);
            FormerPermission {
                permission: depends.on(permission),
                names,
            }
        });
    }
}
