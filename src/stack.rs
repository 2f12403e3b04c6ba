//! Settings to resources: the one list of what a stack is.

use crate::config::settings::{self as config, Settings};
use crate::engine::{Graph, Handle, Runtime};
use crate::names::{Names, Tags};
use crate::policies::{self, RenderError, Values};
use crate::resources::{
    AccountLogging, ApiKey, ApiList, Code, Deployment, Function, LogGroup, LogGroupName,
    Permission, PlanKey, Queue, RestApi, Role, Routes, Stage, UsagePlan, WantedMethod,
};
use aws_sdk_lambda::types::Architecture;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
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
        let key = self.key();
        let plan = self.plan(&api, &stage);
        self.graph.add_inside(&plan, |needs| PlanKey {
            key: needs.on(&key),
            plan: needs.on(&plan),
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
        })
    }

    fn values(&self) -> Values {
        let roles =
            std::iter::once(self.role_arn()).chain(self.settings.queue.senders.iter().cloned());
        let senders = roles
            .flat_map(|arn| [session_arn(&arn), Some(arn)])
            .flatten()
            .map(Value::from)
            .collect();
        Values::from([
            ("queue_arn", json!(self.names.queue_arn())),
            (
                "function_log_group_arn",
                json!(self.names.log_group_arn(&self.names.function_log_group())),
            ),
            ("senders", Value::Array(senders)),
        ])
    }

    fn role_arn(&self) -> String {
        let own = self.settings.role.arn.clone();
        own.unwrap_or_else(|| self.names.role_arn(&self.names.role()))
    }

    fn role(&mut self) -> Result<Option<Handle<Role>>, RenderError> {
        if self.settings.role.arn.is_some() {
            return Ok(None);
        }
        let mut policy = policies::render(policies::FUNCTION_ROLE, &self.values())?;
        if let (Some(key), Some(statements)) = (
            &self.settings.queue.kms_key,
            policy["Statement"].as_array_mut(),
        ) {
            statements.push(use_of_key(&self.names, key));
        }
        let role = Role {
            name: self.names.role(),
            arn: self.role_arn(),
            trust: policies::render(policies::LAMBDA_TRUST, &Values::new())?,
            policy,
            boundary: self.settings.role.boundary.clone(),
            tags: self.tags.clone(),
        };
        Ok(Some(self.graph.add(|_| role)))
    }

    fn dead_letter_queue(&mut self) -> Handle<Queue> {
        let queue = Queue {
            kind: "dead-letter queue",
            name: self.names.dead_letter_queue(),
            visibility_timeout: self.settings.queue.visibility_timeout,
            retention: self.settings.queue.dead_letter_retention,
            kms_key: self.settings.queue.kms_key.clone(),
            policy: None,
            dead_letters: None,
            tags: self.tags.clone(),
        };
        self.graph.add(|_| queue)
    }

    fn queue(&mut self, dead: &Handle<Queue>) -> Result<Handle<Queue>, RenderError> {
        let policy = policies::render(policies::QUEUE, &self.values())?;
        let (names, tags, wanted) = (&self.names, self.tags.clone(), &self.settings.queue);
        Ok(self.graph.add(|needs| Queue {
            kind: "queue",
            name: names.queue(),
            visibility_timeout: wanted.visibility_timeout,
            retention: wanted.retention,
            kms_key: wanted.kms_key.clone(),
            policy: Some(policy),
            dead_letters: Some(crate::resources::DeadLetters {
                queue: needs.on(dead),
                arn: names.dead_letter_queue_arn(),
                max_receives: wanted.max_receives,
            }),
            tags,
        }))
    }

    fn function_log(&mut self) -> Handle<LogGroup> {
        let group = LogGroup {
            kind: "log group",
            name: LogGroupName::Fixed(self.names.function_log_group()),
            retention: self.settings.function.log_retention,
            tags: self.tags.clone(),
            names: self.names.clone(),
        };
        self.graph.add(|_| group)
    }

    fn function(
        &mut self,
        role: Option<&Handle<Role>>,
        queue: &Handle<Queue>,
        log: &Handle<LogGroup>,
        purpose: &Purpose,
    ) -> Handle<Function> {
        let code = match purpose {
            Purpose::Deploy { zip, sha256 } => Code::Zip {
                bytes: Arc::clone(zip),
                sha256: sha256.clone(),
            },
            Purpose::Look | Purpose::Delete => Code::AsUploaded,
        };
        let (names, role_arn, tags, wanted) = (
            self.names.clone(),
            self.role_arn(),
            self.tags.clone(),
            &self.settings.function,
        );
        let routes = hash(&crate::routes_file::render(self.settings));
        self.graph.add(|needs| {
            needs.after(log);
            Function {
                name: names.base(),
                arn: names.function_arn(),
                role_arn,
                role: role.map(|role| needs.on(role)),
                queue: needs.on(queue),
                code,
                routes,
                architecture: match wanted.architecture {
                    config::Architecture::X86_64 => Architecture::X8664,
                    config::Architecture::Arm64 => Architecture::Arm64,
                },
                memory: wanted.memory,
                timeout: wanted.timeout,
                environment: wanted.environment.clone(),
                tags,
            }
        })
    }

    fn api(&mut self) -> Handle<RestApi> {
        let api = RestApi {
            names: self.names.clone(),
            tags: self.tags.clone(),
            list: self.list.clone(),
        };
        self.graph.add(|_| api)
    }

    fn invocation_uri(&self) -> String {
        let (partition, region) = (&self.names.identity.partition, &self.names.region);
        let function = self.names.function_arn();
        format!(
            "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
        )
    }

    fn wanted_methods(&self) -> BTreeMap<(String, String), WantedMethod> {
        let method = |route: &config::Route| {
            let authorization = match route.auth {
                config::Auth::Iam => "AWS_IAM",
                config::Auth::None => "NONE",
            };
            (
                (route.path.clone(), route.method.clone()),
                WantedMethod {
                    authorization,
                    api_key: route.api_key,
                },
            )
        };
        self.settings.routes.iter().map(method).collect()
    }

    fn routes(&mut self, api: &Handle<RestApi>) -> Handle<Routes> {
        let (wanted, uri) = (self.wanted_methods(), self.invocation_uri());
        self.graph.add_inside(api, |needs| Routes {
            api: needs.on(api),
            wanted,
            uri,
        })
    }

    fn deployment(&mut self, api: &Handle<RestApi>, routes: &Handle<Routes>) -> Handle<Deployment> {
        let definition = format!("{:?} {}", self.wanted_methods(), self.invocation_uri());
        let definition = hash(definition.as_bytes());
        self.graph.add_inside(api, |needs| Deployment {
            api: needs.on(api),
            routes: needs.on(routes),
            definition,
        })
    }

    fn permission(
        &mut self,
        function: &Handle<Function>,
        api: &Handle<RestApi>,
    ) -> Handle<Permission> {
        let names = self.names.clone();
        self.graph.add_inside(function, |needs| Permission {
            function: needs.on(function),
            api: needs.on(api),
            names,
        })
    }

    fn execution_log(&mut self, api: &Handle<RestApi>) -> Handle<LogGroup> {
        let (retention, tags, names) = (
            self.settings.api.log_retention,
            self.tags.clone(),
            self.names.clone(),
        );
        self.graph.add(|needs| LogGroup {
            kind: "execution log group",
            name: LogGroupName::Execution(needs.on(api)),
            retention,
            tags,
            names,
        })
    }

    fn account_logging(
        &mut self,
        purpose: &Purpose,
    ) -> Result<Handle<AccountLogging>, RenderError> {
        let logging = AccountLogging {
            names: self.names.clone(),
            trust: policies::render(policies::APIGATEWAY_TRUST, &Values::new())?,
            list: self.list.clone(),
            stage_tags: self.tags.clone(),
            leaving: matches!(purpose, Purpose::Delete),
        };
        Ok(self.graph.add(|_| logging))
    }

    fn key(&mut self) -> Handle<ApiKey> {
        let key = ApiKey {
            names: self.names.clone(),
            tags: self.tags.clone(),
        };
        self.graph.add(|_| key)
    }

    fn plan(&mut self, api: &Handle<RestApi>, stage: &Handle<Stage>) -> Handle<UsagePlan> {
        let (names, tags, list, wanted) = (
            self.names.clone(),
            self.tags.clone(),
            self.list.clone(),
            &self.settings.usage_plan,
        );
        self.graph.add(|needs| UsagePlan {
            names,
            tags,
            api: needs.on(api),
            stage: needs.on(stage),
            list,
            rate: wanted.rate,
            burst: wanted.burst,
            quota: wanted.quota,
        })
    }
}

/// The form in which emulators give `aws:PrincipalArn` for a role's session. AWS gives the role's
/// own ARN (IAM user guide, "AWS global condition context keys"); there this matches nothing.
fn session_arn(arn: &str) -> Option<String> {
    let (account, role) = arn.split_once(":role/")?;
    let name = role.rsplit('/').next()?;
    Some(format!(
        "{}:assumed-role/{name}/*",
        account.replacen(":iam:", ":sts:", 1)
    ))
}

fn log_level(level: config::LogLevel) -> &'static str {
    match level {
        config::LogLevel::Off => "OFF",
        config::LogLevel::Error => "ERROR",
        config::LogLevel::Info => "INFO",
    }
}

/// What a sender to an encrypted queue needs of the key (SQS developer guide, "Key management").
fn use_of_key(names: &Names, key: &str) -> Value {
    let mut statement = json!({
        "Sid": "UseTheQueuesKey",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": if key.starts_with("arn:") { key.to_owned() } else { names.arn("kms", &format!("key/{key}")) },
    });
    if key.starts_with("alias/") || key.contains(":alias/") {
        // An alias is no resource of these actions: it is named in a condition.
        let alias = key
            .rsplit_once(":alias/")
            .map_or(key.to_owned(), |(_, name)| format!("alias/{name}"));
        statement["Resource"] = json!(names.arn("kms", "key/*"));
        statement["Condition"] =
            json!({"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}});
    }
    statement
}
