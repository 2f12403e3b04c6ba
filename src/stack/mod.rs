//! Settings to resources: the one list of what a stack is.

mod backend;
mod front;

use crate::config::Settings;
use crate::engine::{Graph, Handle, Runtime};
use crate::names::{Names, Tags};
use crate::policies::RenderError;
use crate::resources::{
    ApiKey, ApiList, DEFAULT_KEY, Deployment, Function, LogGroup, OrphanLogs, PlanKey, PlanOfKey,
    Queue, RestApi, Role, Stage, UsagePlan,
};
use front::log_level;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What the stack is built for.
#[derive(Clone)]
pub enum Purpose {
    /// To be as the settings say, with this code.
    Deploy { zip: Arc<Vec<u8>>, sha256: String },
    /// To be looked at: the code counts as right if it is what gatewayq uploaded.
    Look,
    /// To be removed.
    Delete,
}

/// All resources of one stage, with handles on those that commands read from.
pub struct Stack {
    pub graph: Graph,
    pub names: Names,
    pub tags: Tags,
    pub role: Option<Handle<Role>>,
    pub queue: Handle<Queue>,
    pub dead_letter_queue: Handle<Queue>,
    pub function_log: Handle<LogGroup>,
    pub function: Handle<Function>,
    pub api: Handle<RestApi>,
    pub execution_log: Handle<LogGroup>,
    pub key: Handle<ApiKey>,
    pub plan: Handle<UsagePlan>,
    pub deployment: Handle<Deployment>,
    pub stage: Handle<Stage>,
}

/// The hash of the routes file that goes into the zip, and of the API's definition.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

struct Builder<'a> {
    /// Behind a custom endpoint: an emulator.
    emulated: bool,
    /// Not to be deployed: a queue on its way out is taken as it is.
    leaving: bool,
    graph: Graph,
    settings: &'a Settings,
    names: Names,
    tags: Tags,
    list: ApiList,
}

impl Stack {
    /// The stack that `settings` describe.
    ///
    /// # Errors
    /// A policy template that cannot be filled in.
    pub fn new(
        runtime: &Runtime,
        settings: &Settings,
        purpose: &Purpose,
    ) -> Result<Self, RenderError> {
        let names = names(runtime, settings);
        let tags = names.tags(&settings.tags);
        let (graph, list) = (Graph::new(runtime.clone()), ApiList::default());
        Builder {
            emulated: runtime.aws.endpoint.is_some(),
            leaving: !matches!(purpose, Purpose::Deploy { .. }),
            graph,
            settings,
            names,
            tags,
            list,
        }
        .build(purpose)
    }
}

/// The names of the stage that `settings` describe, in the account and region of `runtime`.
pub fn names(runtime: &Runtime, settings: &Settings) -> Names {
    Names {
        app: settings.app.clone(),
        stage: settings.stage.clone(),
        region: runtime.aws.region.clone(),
        identity: runtime.aws.identity.clone(),
    }
}

impl Builder<'_> {
    fn build(mut self, purpose: &Purpose) -> Result<Stack, RenderError> {
        let role = self.role()?;
        let dead_letter_queue = self.dead_letter_queue();
        let queue = self.queue(&dead_letter_queue)?;
        let function_log = self.function_log();
        let function = self.function(role.as_ref(), &queue, &function_log, purpose);
        self.unwanted_role(&function)?;
        let api = self.api();
        let routes = self.routes(&api);
        let deployment = self.deployment(&api, &routes);
        let permission = self.permission(&function, &api);
        let execution_log = self.execution_log(&api);
        let account_logging = self.account_logging(purpose)?;
        let (names, tags, settings) = (self.names.clone(), self.tags.clone(), &self.settings.api);
        let stage = self.graph.add(|needs| Stage {
            api: needs.on(&api),
            deployment: needs.on(&deployment),
            function: needs.on(&function),
            permission: needs.on(&permission),
            log_group: needs.on(&execution_log),
            account_logging: needs.on(&account_logging),
            log_level: log_level(settings.log_level),
            metrics: settings.metrics,
            rate: settings.rate,
            burst: settings.burst,
            names,
            tags,
        });
        let key = self.key(purpose);
        let plan = self.plan(&api, &stage);
        if matches!(purpose, Purpose::Delete) {
            let (names, tags, list) = (self.names.clone(), self.tags.clone(), self.list.clone());
            self.graph.add(|_| OrphanLogs { names, tags, list });
        }
        self.graph.add_inside(&plan, |needs| PlanKey {
            key: needs.on(&key),
            plan: PlanOfKey::Node(needs.on(&plan)),
            consumer: DEFAULT_KEY.to_owned(),
        });
        Ok(Stack {
            graph: self.graph,
            names: self.names,
            tags: self.tags,
            role,
            queue,
            dead_letter_queue,
            function_log,
            function,
            api,
            execution_log,
            key,
            plan,
            deployment,
            stage,
        })
    }
}
