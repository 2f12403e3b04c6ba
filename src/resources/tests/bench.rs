//! A stack in an account in memory.

use super::account::{ACCOUNT, Account};
use super::http::Line;
use crate::aws::Aws;
use crate::build::{Upload, zip};
use crate::config::{self, Settings};
use crate::engine::{
    Action, Cx, Event, Goal, MaxWait, NodeId, Plan, Runtime, Stopped, converge, observe,
};
use crate::stack::{Purpose, Stack};
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A file that sets whatever is unset by default, but for what excludes each other.
pub(crate) const FULL: &str = "
[app]
name = \"shop\"
tags = { team = \"sales\" }
[function]
memory = 256
timeout = 10
ephemeral_storage = 1024
environment = { MODE = \"quick\" }
reserved_concurrency = 5
keep_versions = 3
[function.vpc]
subnets = [\"subnet-a1\"]
security_groups = [\"sg-a1\"]
[usage_plan]
rate = 10
burst = 20
quota = { limit = 1000, period = \"day\" }
[usage_plan.routes]
\"POST /tasks\" = { rate = 1, burst = 2 }
[domain]
name = \"api.shop.test\"
certificate_arn = \"arn:aws:acm:eu-west-1:111122223333:certificate/1\"
base_path = \"v1\"
security_policy = \"TLS_1_0\"
[api]
log_level = \"ERROR\"
metrics = true
rate = 100
burst = 200
allow_ips = [\"203.0.113.0/24\"]
access_log = true
tracing = true
[api.cors]
origins = [\"https://shop.test\"]
methods = [\"GET\"]
expose = [\"retry-after\"]
credentials = true
[alarms]
topic_arn = \"arn:aws:sns:eu-west-1:111122223333:oncall\"
[results]
kms_key = \"12345678-1234-1234-1234-123456789012\"
[authorizers.customers]
type = \"cognito\"
user_pools = [\"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc\"]
scopes = [\"orders/read\"]
[authorizers.partners]
type = \"lambda\"
function = \"judge:live\"
kind = \"token\"
ttl = 60
token_pattern = \"^[a-z]+$\"
[role]
boundary = \"arn:aws:iam::111122223333:policy/org\"
[[route]]
method = \"GET\"
path = \"/orders/{id}\"
reply = 1
[[route]]
method = \"POST\"
path = \"/tasks\"
task = \"shop.work\"
[[route]]
method = \"GET\"
path = \"/mine\"
auth = \"customers\"
reply = 1
[[route]]
method = \"POST\"
path = \"/mine\"
auth = \"partners\"
reply = 1
";

pub(crate) struct Bench {
    account: Arc<Mutex<Account>>,
    runtime: Runtime,
    waits: Arc<Mutex<Vec<String>>>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let account = Arc::new(Mutex::new(Account::new()));
        let waits = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&waits);
        let events = move |event| {
            if let Event::Waiting { why, .. } = event {
                told.lock().unwrap().push(why);
            }
        };
        let runtime = Runtime {
            aws: Arc::new(Aws::answered_by(ACCOUNT, Line(Arc::clone(&account)))),
            events: Arc::new(events),
            cancel: CancellationToken::new(),
            max_wait: MaxWait(Duration::from_secs(60)),
        };
        Self {
            account,
            runtime,
            waits,
        }
    }

    /// One in which the file was deployed.
    pub(crate) async fn deployed(file: &str) -> Self {
        let bench = Self::new();
        bench.deploy(file).await;
        bench
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }

    /// What it was waited for since this was last asked.
    pub(crate) fn waits(&self) -> Vec<String> {
        std::mem::take(&mut self.waits.lock().unwrap())
    }

    /// What a deploy says that it cannot do.
    pub(crate) async fn deploy_and_hear(&self, file: &str) -> Vec<String> {
        let stack = self.converge(file, &deploy(), PRESENT).await;
        let told = stack.graph.warnings_of(&stack.authorizer_permissions).await;
        let told = told.unwrap_or_else(|(what, error)| panic!("{what}: {error}"));
        told.into_values().flatten().collect()
    }

    fn stack(&self, file: &str, purpose: &Purpose) -> Stack {
        Stack::new(&self.runtime, &settings(file), purpose).unwrap()
    }

    pub(crate) async fn observed(&self, file: &str, purpose: &Purpose) -> Stack {
        let stack = self.stack(file, purpose);
        let read = observe(&stack.graph).await;
        read.unwrap_or_else(|(what, error)| panic!("{what}: {error}"));
        stack
    }

    /// What a fresh look at the account says is to be done.
    pub(crate) async fn plan_for(&self, file: &str, purpose: &Purpose, goal: Goal) -> Plan {
        let stack = self.observed(file, purpose).await;
        Plan::new(&stack.graph, goal)
    }

    /// What `status` tells of the resource of this kind beyond presence.
    pub(crate) async fn details(&self, file: &str, kind: &str) -> Vec<(&'static str, String)> {
        let graph = self.observed(file, &Purpose::Inspect).await.graph;
        let steps = Plan::new(&graph, PRESENT).steps;
        let step = steps.iter().find(|step| step.kind == kind).unwrap();
        graph.details(step.node)
    }

    pub(crate) async fn plan(&self, file: &str) -> Plan {
        self.plan_for(file, &deploy(), PRESENT).await
    }

    pub(crate) async fn converge(&self, file: &str, purpose: &Purpose, goal: Goal) -> Stack {
        let converged = self.try_to_converge(file, purpose, goal).await;
        converged.unwrap_or_else(|why| panic!("{why}"))
    }

    /// Works on some resources alone; gives back what the first plan was.
    pub(crate) async fn work_on(
        &self,
        file: &str,
        purpose: &Purpose,
        pick: impl Fn(&Stack) -> Vec<NodeId>,
    ) -> BTreeSet<String> {
        let planned = Mutex::new(None);
        let build = || {
            let mut stack = self.stack(file, purpose);
            let chosen = pick(&stack);
            stack.graph.work_on(&chosen);
            Ok::<_, String>(stack)
        };
        let permit = async |plan: &Plan| {
            planned.lock().unwrap().get_or_insert_with(|| work(plan));
            Ok(())
        };
        let done = converge(PRESENT, build, async { Ok(()) }, permit).await;
        assert!(done.is_ok(), "it was not done");
        planned.into_inner().unwrap().unwrap_or_default()
    }

    async fn try_to_converge(
        &self,
        file: &str,
        purpose: &Purpose,
        goal: Goal,
    ) -> Result<Stack, String> {
        let build = || Ok::<_, String>(self.stack(file, purpose));
        let converged = converge(goal, build, async { Ok(()) }, async |_: &Plan| Ok(())).await;
        match converged {
            Ok(converged) => Ok(converged.stack),
            Err(Stopped::Refused(why)) => Err(format!("refused: {why}")),
            Err(Stopped::Unread(what, error)) => Err(format!("unread: {what}: {error}")),
            Err(Stopped::Failed(outcome, ..)) => Err(format!("failed: {:?}", outcome.failed)),
            Err(Stopped::Contended) => Err("contended".to_owned()),
        }
    }

    /// Why a deploy does not reach its goal.
    pub(crate) async fn refusal(&self, file: &str) -> String {
        let deployed = self.try_to_converge(file, &deploy(), PRESENT).await;
        deployed.err().expect("it was deployed")
    }

    pub(crate) fn cx(&self) -> Cx {
        self.runtime.cx("a test")
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    pub(crate) async fn deploy(&self, file: &str) {
        drop(self.converge(file, &deploy(), PRESENT).await);
    }

    /// Deploys, and expects that AWS then is as the file says, without another write.
    pub(crate) async fn deploy_and_agree(&self, file: &str, case: &str) {
        self.deploy(file).await;
        assert_eq!(work(&self.plan(file).await), BTreeSet::new(), "{case}");
    }
}

const PRESENT: Goal = Goal::Present { replace: true };

/// The code is of no interest here, but that it is the same.
fn deploy() -> Purpose {
    let upload = Upload::default();
    upload.arrives(zip(b"a handler", b"{}").unwrap(), None);
    Purpose::Deploy(upload, None)
}

/// A deploy of this code, live for all requests or for so many in a hundred.
pub(crate) fn code(text: &str, canary: Option<u8>) -> Purpose {
    let upload = Upload::default();
    let commit = Some("1a2b3c4d5e6f".to_owned());
    upload.arrives(zip(text.as_bytes(), b"{}").unwrap(), commit);
    Purpose::Deploy(upload, canary)
}

pub(crate) fn settings(file: &str) -> Settings {
    let path = Utf8Path::new("gatewayq.toml");
    config::parse(path, file, "dev").unwrap_or_else(|error| panic!("{error}"))
}

/// What a plan does, in a line each: `queue VisibilityTimeout`, `role (create)`.
pub(crate) fn work(plan: &Plan) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for step in plan.steps.iter().filter(|step| step.action.is_work()) {
        match &step.action {
            Action::Update { changes } | Action::Replace { changes, .. } => {
                lines.extend(
                    changes
                        .iter()
                        .map(|change| format!("{} {}", step.kind, change.field)),
                );
            }
            other => drop(lines.insert(format!("{} ({})", step.kind, other.doing()))),
        }
    }
    lines
}
