//! Settings to resources: the one list of what a stack is.

mod alarms;
mod authorizers;
mod backend;
mod domain;
mod front;
#[cfg(test)]
mod picture;
mod plans;
mod results;
mod versions;

use crate::build::Upload;
use crate::config::{DEFAULT_PLAN, Settings};
use crate::engine::{Graph, Handle, NodeId, Runtime};
use crate::hex::sha256;
use crate::names::Names;
use crate::policies::RenderError;
use crate::resources::{
    AccessLog, ApiKey, AuthorizerList, DEFAULT_KEY, Domain, Function, Lists, LiveVersion,
    MethodKey, OrphanLogs, PlanKey, PlanOfKey, Queue, RestApi, Role, ServedDeployment, Stage,
    StageSettings, UnlistedPlans, UsagePlan, Versions,
};
use crate::tags::Tags;
use front::log_level;
use std::collections::{BTreeMap, BTreeSet};

/// What the stack is built for.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// To be as the settings say, with this code, live for all requests or for so many in a hundred.
    Deploy(Upload, Option<u8>),
    /// To be inspected: the code counts as right if it is what gatewayq uploaded.
    Inspect,
    /// To be inspected, with this version live.
    Switch(u64),
    /// To be removed.
    Delete,
}

/// All resources of one stage, with handles on those that commands read from.
pub(crate) struct Stack {
    pub graph: Graph,
    pub names: Names,
    pub tags: Tags,
    pub queue: Handle<Queue>,
    pub dead_letter_queue: Handle<Queue>,
    /// The role that gatewayq makes; none where the user brings one.
    pub role: Option<Handle<Role>>,
    /// The ARN of the role that the function is to run as.
    pub runs_as: String,
    /// The paths and methods that the API is to have.
    pub methods: BTreeSet<MethodKey>,
    pub function: Handle<Function>,
    pub versions: Handle<Versions>,
    pub live: Handle<LiveVersion>,
    pub served: Handle<ServedDeployment>,
    pub api: Handle<RestApi>,
    pub domain: Option<Handle<Domain>>,
    pub key: Handle<ApiKey>,
    pub usage_plan: Handle<UsagePlan>,
    /// The further usage plans of gatewayq.toml, by name.
    pub usage_plans: BTreeMap<String, Handle<UsagePlan>>,
    /// Those that it does not name any more.
    pub unlisted_plans: Handle<UnlistedPlans>,
    /// What lets API Gateway invoke functions that are not the stage's: a deploy may leave it undone.
    pub authorizer_permissions: Vec<NodeId>,
}

impl AsRef<Graph> for Stack {
    fn as_ref(&self) -> &Graph {
        &self.graph
    }
}

/// The hash of the routes file that goes into the zip, and of the API's definition.
pub(crate) fn hash(bytes: &[u8]) -> String {
    let mut hash = sha256(bytes);
    hash.truncate(32);
    hash
}

struct Builder<'a> {
    /// Behind a custom endpoint: an emulator.
    emulated: bool,
    /// Not to be deployed: a queue on its way out is taken as it is.
    deleting: bool,
    graph: Graph,
    settings: &'a Settings,
    names: Names,
    tags: Tags,
    lists: Lists,
}

impl Stack {
    /// The stack that `settings` describe.
    ///
    /// # Errors
    /// As [`Self::sharing`].
    #[cfg(test)]
    pub(crate) fn new(
        runtime: &Runtime,
        settings: &Settings,
        purpose: &Purpose,
    ) -> Result<Self, RenderError> {
        let whose = crate::resources::Whose::Stage(names(runtime, settings));
        let lists = Lists::new(&whose);
        Self::sharing(lists, runtime, settings, purpose)
    }

    /// The stack that `settings` describe, with lists of the account that others may look at, too.
    ///
    /// # Errors
    /// A policy template that cannot be filled in.
    pub(crate) fn sharing(
        lists: Lists,
        runtime: &Runtime,
        settings: &Settings,
        purpose: &Purpose,
    ) -> Result<Self, RenderError> {
        let names = names(runtime, settings);
        let tags = names.tags(&settings.tags);
        Builder {
            emulated: runtime.aws.endpoint.is_some(),
            deleting: !matches!(purpose, Purpose::Deploy(..)),
            graph: Graph::new(runtime.clone()),
            settings,
            names,
            tags,
            lists,
        }
        .build(purpose)
    }

    /// The usage plans that gatewayq.toml names.
    pub(crate) fn plans(&self) -> BTreeMap<&str, &Handle<UsagePlan>> {
        let further = self.usage_plans.iter();
        let further = further.map(|(name, plan)| (name.as_str(), plan));
        further.chain([(DEFAULT_PLAN, &self.usage_plan)]).collect()
    }
}

/// The names of the stage that `settings` describe, in the account and region of `runtime`.
pub(crate) fn names(runtime: &Runtime, settings: &Settings) -> Names {
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
        let api = self.api();
        self.reserved_concurrency(&function, &api);
        let listed = AuthorizerList::default();
        let authorizers = self.authorizers(&api, &listed);
        let routes = self.routes(&api, &authorizers);
        let responses = self.gateway_responses(&api);
        let policy = self.resource_policy(&api);
        // A deploy takes away those that nobody wants.
        let all = (!matches!(purpose, Purpose::Deploy(..))).then(|| listed.clone());
        let endpoint = self.open_endpoint(&api);
        let deployment = self.deployment(
            &api,
            (&routes, &responses, &policy),
            endpoint.as_ref(),
            authorizers.values(),
            all,
        );
        let versions = self.versions(&function, purpose);
        let permission = self.permission(&function, &versions, &api);
        let judges = self.authorizer_permissions(&api, &authorizers, purpose);
        let execution_log = self.execution_log(&api);
        let access_log = self.access_log(&api, purpose);
        let account_logging = self.account_logging(purpose)?;
        let results_table = self.results_table(&api, purpose);
        let (names, tags, settings) = (self.names.clone(), self.stage_tags(), self.settings);
        let domain = self.domain(&api, purpose);
        let domain_name = self
            .settings
            .domain
            .as_ref()
            .map(|domain| domain.name.clone());
        let stage = self.graph.add(|depends| {
            depends.require(&function);
            depends.require(&permission);
            judges.iter().for_each(|judge| depends.after(judge));
            depends.require(&execution_log);
            access_log.iter().for_each(|log| depends.require(log));
            results_table
                .iter()
                .for_each(|table| depends.require(table));
            account_logging
                .iter()
                .for_each(|logging| depends.require(logging));
            let access_log = settings.api.access_log.clone().map(|format| AccessLog {
                destination_arn: names.log_group_arn(&names.access_log_group()),
                format,
            });
            Stage {
                api: depends.on(&api),
                deployment: depends.on(&deployment),
                settings: StageSettings {
                    log_level: log_level(settings.api.log_level).to_owned(),
                    data_trace: false,
                    metrics: settings.api.metrics,
                    rate: settings.api.rate,
                    burst: settings.api.burst,
                },
                tracing: settings.api.tracing,
                access_log,
                names,
                tags,
                domain: domain_name,
            }
        });
        let live = self.live_version((&function, &queue), &versions, &stage, purpose);
        let served = self.served_deployment(&api, &stage, &deployment, (&versions, &live), purpose);
        self.former_permission(&function, &permission, &served);
        self.alarms(&api, &stage, purpose);
        let former_sender = self.former_sender(&queue, &served)?;
        self.unwanted_role(&former_sender)?;
        self.unwanted_results_table(&api, &served, purpose);
        self.earlier_authorizers(&api, (&routes, &served), listed, purpose);
        self.ways_in(&api, (&stage, &served), domain.as_ref(), purpose);
        let key = self.key(purpose);
        let usage_plan = self.usage_plan(DEFAULT_PLAN, &settings.usage_plan, &api, &stage);
        let further = self.settings.usage_plans.iter();
        let usage_plans: BTreeMap<String, Handle<UsagePlan>> = further
            .map(|(name, limits)| (name.clone(), self.usage_plan(name, limits, &api, &stage)))
            .collect();
        let unlisted_plans = self.unlisted_plans(purpose, &api, &stage);
        if matches!(purpose, Purpose::Delete) {
            let (names, tags, list) = (
                self.names.clone(),
                self.tags.clone(),
                self.lists.apis.clone(),
            );
            self.graph.add(|_| OrphanLogs { names, tags, list });
        }
        let others = usage_plans.values();
        self.graph.add_inside(&usage_plan, |depends| PlanKey {
            key: depends.on(&key),
            plan: PlanOfKey::Node(depends.on(&usage_plan)),
            others: others
                .map(|plan| PlanOfKey::Node(depends.on(plan)))
                .collect(),
            consumer: DEFAULT_KEY.to_owned(),
        });
        let (runs_as, methods) = (self.role_arn(), self.methods().into_keys().collect());
        Ok(Stack {
            graph: self.graph,
            names: self.names,
            tags: self.tags,
            queue,
            dead_letter_queue,
            role,
            runs_as,
            methods,
            function,
            versions,
            live,
            served,
            api,
            domain,
            key,
            usage_plan,
            usage_plans,
            unlisted_plans,
            authorizer_permissions: judges.iter().map(Handle::id).collect(),
        })
    }
}
