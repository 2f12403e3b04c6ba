//! What stands behind the function: its role, the queues, its log, and itself.

use super::{Builder, Purpose, hash};
use crate::config::settings as config;
use crate::engine::Handle;
use crate::policies::{self, RenderError, SendPolicy, Senders, Values};
use crate::resources::{
    Code, DeadLetters, FormerSender, Function, LogGroup, LogGroupName, Queue, ReservedConcurrency,
    RestApi, Role, ServedDeployment,
};
use aws_sdk_lambda::types::Architecture;

impl Builder<'_> {
    pub(super) fn role_arn(&self) -> String {
        let own = self.settings.role.arn.clone();
        own.unwrap_or_else(|| self.names.role_arn(&self.names.role()))
    }

    /// The role that gatewayq makes, where the user brings none.
    pub(super) fn role(&mut self) -> Result<Option<Handle<Role>>, RenderError> {
        if self.settings.role.arn.is_some() {
            return Ok(None);
        }
        let role = self.role_of(true)?;
        Ok(Some(self.graph.add(|_| role)))
    }

    /// The role that an earlier deploy made, where the user brings one now. It goes when no version that runs as it is live.
    pub(super) fn unwanted_role(
        &mut self,
        former_sender: &Handle<FormerSender>,
    ) -> Result<(), RenderError> {
        let made = self.names.role_arn(&self.names.role());
        // Nobody keeps a user from naming that very role.
        if self.role_arn() != made {
            let role = self.role_of(false)?;
            self.graph.add(|depends| {
                depends.after(former_sender);
                role
            });
        }
        Ok(())
    }

    fn role_of(&self, is_wanted: bool) -> Result<Role, RenderError> {
        Ok(Role {
            name: self.names.role(),
            trust: policies::render(policies::LAMBDA_TRUST, &Values::new())?,
            policy: policies::function_role(&self.names, self.settings)?,
            boundary: self.settings.role.boundary.clone(),
            tags: self.tags.clone(),
            is_wanted,
        })
    }

    pub(super) fn dead_letter_queue(&mut self) -> Handle<Queue> {
        let queue = Queue {
            kind: "dead-letter queue",
            name: self.names.dead_letter_queue(),
            visibility_timeout: self.settings.queue.visibility_timeout,
            retention: self.settings.queue.dead_letter_retention,
            kms_key: self.settings.queue.kms_key.clone(),
            policy: None,
            function: self.names.base(),
            dead_letters: None,
            tags: self.tags.clone(),
            deleting: self.deleting,
        };
        self.graph.add(|_| queue)
    }

    fn send_policy(&self) -> Result<SendPolicy, RenderError> {
        let senders = Senders {
            function_role: &self.role_arn(),
            named: &self.settings.queue.senders,
            emulated: self.emulated,
        };
        SendPolicy::new(&self.names, &senders)
    }

    /// What the live version runs as is admitted until another one is live.
    pub(super) fn former_sender(
        &mut self,
        queue: &Handle<Queue>,
        served: &Handle<ServedDeployment>,
    ) -> Result<Handle<FormerSender>, RenderError> {
        let policy = self.send_policy()?;
        Ok(self.graph.add_inside(queue, |depends| {
            depends.after(served);
            FormerSender {
                queue: depends.on(queue),
                policy,
            }
        }))
    }

    pub(super) fn queue(&mut self, dead: &Handle<Queue>) -> Result<Handle<Queue>, RenderError> {
        let policy = self.send_policy()?;
        let (names, tags, wanted) = (&self.names, self.tags.clone(), &self.settings.queue);
        let deleting = self.deleting;
        Ok(self.graph.add(|depends| {
            depends.require(dead);
            Queue {
                kind: "queue",
                name: names.queue(),
                visibility_timeout: wanted.visibility_timeout,
                retention: wanted.retention,
                kms_key: wanted.kms_key.clone(),
                policy: Some(policy),
                function: names.base(),
                dead_letters: Some(DeadLetters {
                    arn: names.dead_letter_queue_arn(),
                    max_receives: wanted.max_receives,
                }),
                tags,
                deleting,
            }
        }))
    }

    pub(super) fn function_log(&mut self) -> Handle<LogGroup> {
        let group = LogGroup {
            kind: "log group",
            name: LogGroupName::Fixed(self.names.function_log_group()),
            retention: self.settings.function.log_retention,
            tags: self.tags.clone(),
            names: self.names.clone(),
        };
        self.graph.add(|_| group)
    }

    pub(super) fn function(
        &mut self,
        role: Option<&Handle<Role>>,
        queue: &Handle<Queue>,
        log: &Handle<LogGroup>,
        purpose: &Purpose,
    ) -> Handle<Function> {
        let code = match purpose {
            Purpose::Deploy(upload, _) => Code::Zip(upload.clone()),
            Purpose::Inspect | Purpose::Switch(_) | Purpose::Delete => Code::AsUploaded,
        };
        let (names, role_arn, tags, wanted) = (
            self.names.clone(),
            self.role_arn(),
            self.tags.clone(),
            &self.settings.function,
        );
        let tracing = self.settings.api.tracing;
        let routes = hash(&crate::routes_file::render(self.settings));
        let definition = self.definition();
        self.graph.add(|depends| {
            depends.after(log);
            Function {
                name: names.base(),
                arn: names.function_arn(),
                role_arn,
                role: role.map(|role| depends.on(role)),
                queue: depends.on(queue),
                code,
                routes,
                architecture: match wanted.architecture {
                    config::Architecture::X86_64 => Architecture::X8664,
                    config::Architecture::Arm64 => Architecture::Arm64,
                },
                configuration: wanted.configuration.clone(),
                tracing,
                definition,
                tags,
                is_stopped: wanted.reserved_concurrency == Some(0),
            }
        })
    }

    pub(super) fn reserved_concurrency(
        &mut self,
        function: &Handle<Function>,
        api: &Handle<RestApi>,
    ) {
        let names = self.names.clone();
        let executions = self.settings.function.reserved_concurrency;
        self.graph
            .add_inside(function, |depends| ReservedConcurrency {
                names,
                api: depends.on(api),
                function: depends.on(function),
                executions,
            });
    }
}
