//! What every command begins with: settings, credentials, and the run that they make.

use super::{Failure, interrupt};
use crate::aws::{Access, Aws, LocalAccess};
use crate::cli::Global;
use crate::config::{self, Settings};
use crate::engine::{MaxWait, NodeId, Runtime, observe_some};
use crate::output::Printer;
use crate::resources::{Lists, Whose};
use crate::stack::{Purpose, Stack};
use crate::{endpoint, local, names::Names, stack};
use anyhow::Context;
use camino::Utf8PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The project's file.
pub(crate) const FILE: &str = "gatewayq.toml";

/// The settings of the stage on the command line.
///
/// # Errors
/// Exit code 2: the file cannot be read, or is wrong.
pub(crate) fn settings(global: &Global) -> Result<Settings, Failure> {
    Ok(config::load(&file(global), &global.stage)?)
}

/// The settings of every stage of the app. That of the command line need not be one.
///
/// # Errors
/// As [`settings`].
pub(crate) fn all_settings(global: &Global) -> Result<Vec<Settings>, Failure> {
    Ok(config::load_all(&file(global), &global.stage)?)
}

fn file(global: &Global) -> Utf8PathBuf {
    match global.project_dir.as_str() {
        "." => Utf8PathBuf::from(FILE),
        _ => global.project_dir.join(FILE),
    }
}

/// The project's folder, absolute, so that child processes find it too.
pub(crate) fn project_dir(global: &Global) -> Result<Utf8PathBuf, Failure> {
    let found = global.project_dir.canonicalize_utf8();
    found
        .with_context(|| format!("the folder {} cannot be read", global.project_dir))
        .map_err(Failure::Usage)
}

/// A command with an AWS account (or the local AWS) to work with.
pub(crate) struct Session {
    pub settings: Settings,
    pub runtime: Runtime,
    pub printer: Printer,
    /// The flags that another command needs to work with the same stage.
    pub flags: String,
}

impl Session {
    /// # Errors
    /// Exit code 2 for the file, 1 for credentials, region and the local AWS.
    pub(crate) async fn open(global: &Global, printer: &Printer) -> Result<Self, Failure> {
        let settings = settings(global)?;
        Self::with(global, printer, settings).await
    }

    /// The same for what all stages of the app have: with the settings of one that is described.
    pub(crate) async fn open_for_all(
        global: &Global,
        printer: &Printer,
    ) -> Result<(Self, Vec<Settings>), Failure> {
        let all = all_settings(global)?;
        let session = match all.first() {
            Some(settings) => Self::with(global, printer, settings.clone()).await?,
            None => Self::open(global, printer).await?,
        };
        Ok((session, all))
    }

    /// The same, with settings that were loaded before.
    pub(crate) async fn with(
        global: &Global,
        printer: &Printer,
        settings: Settings,
    ) -> Result<Self, Failure> {
        Self::connect(global, printer, settings, interrupt::listen(printer)).await
    }

    /// The same, where the command does something beside it that Ctrl-C has to end, too.
    pub(crate) async fn connect(
        global: &Global,
        printer: &Printer,
        settings: Settings,
        cancel: CancellationToken,
    ) -> Result<Self, Failure> {
        let max_wait = max_wait()?;
        let aws = tokio::select! {
            aws = connect(global, printer) => aws?,
            () = cancel.cancelled() => {
                return Err(Failure::Interrupted("nothing was changed".to_owned()));
            }
        };
        let runtime = Runtime {
            aws: Arc::new(aws),
            events: printer.events(),
            cancel,
            max_wait,
        };
        Ok(Self {
            settings,
            runtime,
            printer: printer.clone(),
            flags: endpoint::flags(global),
        })
    }

    pub(crate) fn names(&self) -> Names {
        stack::names(&self.runtime, &self.settings)
    }

    /// The stack, not yet read.
    pub(crate) fn stack(&self, purpose: &Purpose) -> Result<Stack, Failure> {
        let lists = Lists::new(&Whose::Stage(self.names()));
        self.stack_sharing(lists, purpose)
    }

    /// The same, with lists of the account that others look at, too.
    pub(crate) fn stack_sharing(&self, lists: Lists, purpose: &Purpose) -> Result<Stack, Failure> {
        Stack::sharing(lists, &self.runtime, &self.settings, purpose)
            .map_err(|error| Failure::Failed(error.into()))
    }

    /// The stack with only the resources of `pick` read.
    pub(crate) async fn inspect(
        &self,
        pick: impl Fn(&Stack) -> Vec<NodeId>,
    ) -> Result<Stack, Failure> {
        let lists = Lists::new(&Whose::Stage(self.names()));
        self.inspect_sharing(lists, pick).await
    }

    /// The same, with lists of the account that the command looks at, too.
    pub(crate) async fn inspect_sharing(
        &self,
        lists: Lists,
        pick: impl Fn(&Stack) -> Vec<NodeId>,
    ) -> Result<Stack, Failure> {
        let stack = self.stack_sharing(lists, &Purpose::Inspect)?;
        let read = observe_some(&stack.graph, &pick(&stack)).await;
        read.map_err(|(what, error)| Failure::reading(&what, error, &self.flags))?;
        Ok(stack)
    }
}

async fn connect(global: &Global, printer: &Printer) -> Result<Aws, Failure> {
    let access = Access {
        profile: global.profile.clone(),
        region: region(global),
        local: if global.local {
            Some(local_access(global, printer).await?)
        } else {
            None
        },
        pace: pace(global)?,
    };
    let say = |line: &str| printer.note(line);
    Ok(Aws::connect(&access, &say).await?)
}

/// The flag, or else the environment; what neither has, the profile may have.
fn region(global: &Global) -> Option<String> {
    if global.local {
        return Some(local_region(global));
    }
    named_region(global)
}

fn named_region(global: &Global) -> Option<String> {
    let variable = |name| std::env::var(name).ok();
    let environment = || variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    global.region.clone().or_else(environment)
}

/// The local AWS has no region of its own: the flag and the environment count, with a default.
pub(crate) fn local_region(global: &Global) -> String {
    named_region(global).unwrap_or_else(|| local::REGION.to_owned())
}

async fn local_access(global: &Global, printer: &Printer) -> Result<LocalAccess, Failure> {
    let say = |line: &str| printer.note(line);
    let local = local::start(&project_dir(global)?, &say)
        .await
        .map_err(|error| Failure::Failed(error.into()))?;
    Ok(LocalAccess {
        endpoint: local.server.endpoint,
        access_key_id: local.access_key_id,
        secret_access_key: local.secret_access_key,
    })
}

/// `GATEWAYQ_MAX_WAIT`: the seconds that one resource may wait for AWS.
fn max_wait() -> Result<MaxWait, Failure> {
    let Ok(text) = std::env::var("GATEWAYQ_MAX_WAIT") else {
        return Ok(MaxWait::default());
    };
    match text.parse() {
        Ok(seconds) => Ok(MaxWait(Duration::from_secs(seconds))),
        Err(_) => Err(Failure::usage(format!(
            "GATEWAYQ_MAX_WAIT is {text:?}; it takes whole seconds"
        ))),
    }
}

/// The failure of a command that needs a deployed stage.
pub(crate) fn not_deployed(stack: &Stack, global: &Global) -> Failure {
    let (name, flags) = (stack.names.base(), endpoint::flags(global));
    Failure::failed(format!(
        "{name} is not deployed here: gatewayq deploy{flags}"
    ))
}

/// `GATEWAYQ_PACE`: a factor on the pauses that API Gateway's quotas ask for. The local AWS has no
/// quotas; another emulator can be told so with 0.
fn pace(global: &Global) -> Result<f64, Failure> {
    let Ok(text) = std::env::var("GATEWAYQ_PACE") else {
        return Ok(if global.local { 0.0 } else { 1.0 });
    };
    match text.parse() {
        Ok(factor @ 0.0..=1000.0) => Ok(factor),
        _ => Err(Failure::usage(format!(
            "GATEWAYQ_PACE is {text:?}; it takes a factor from 0 (no pauses) to 1000, and 1 is AWS's own"
        ))),
    }
}
