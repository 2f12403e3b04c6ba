//! The tables of docs/permissions.md, made from the documents themselves.

use super::{API_USER, DEPLOYER, FUNCTION_ROLE, OPERATOR, QUEUE, READER, WORKER, strings};
use serde_json::Value;

/// A document with what stands about it in the manual.
pub(super) struct Entry {
    pub(super) name: &'static str,
    template: &'static str,
    about: &'static str,
    /// By statement: why it is there.
    pub(super) why: &'static [(&'static str, &'static str)],
}

pub(super) const ENTRIES: [Entry; 7] = [
    Entry {
        name: "deployer",
        template: DEPLOYER,
        about: "deploy, rollback, promote, plan, status, delete, adopt, keys, logs, worker env, doctor",
        why: &[
            (
                "ReadAndRemoveTheFunctionsRole",
                "Drift of the role is seen; a role is deleted after all that hangs on it.",
            ),
            (
                "MakeTheFunctionsRole",
                "`CreateRole` with tags asks for `TagRole`; a changed trust policy is repaired. Left out with `[role] arn`.",
            ),
            (
                "GiveTheFunctionsRoleItsPermissions",
                "Left out with `[role] arn` or a boundary.",
            ),
            (
                "MakeRolesWithinTheBoundary",
                "With `--boundary` (or `[role] boundary`) instead of the statement before and `MakeTheLoggingRole`: no role without the boundary, neither the function's nor, where the stage logs, API Gateway's.",
            ),
            (
                "UnboundTheFunctionsRole",
                "With `[role] boundary = \"\"` alone: takes a boundary off.",
            ),
            (
                "HandTheRoleToLambda",
                "AWS asks for it where a call names a role; the condition keeps the role from other services.",
            ),
            (
                "ApiGatewaysLoggingRole",
                "The role is shared by all stages of account and region, and made by the first that logs.",
            ),
            (
                "ChangeTheLoggingRole",
                "Left out with `--no-logging-role`, as the next three and `SetTheAccountsRole`. See above for what `UpdateAssumeRolePolicy` opens.",
            ),
            ("MakeTheLoggingRole", "Left out with a boundary."),
            (
                "AttachLogPermissions",
                "Nothing but AWS's push-to-logs policy can be attached.",
            ),
            ("HandOverTheLoggingRole", "`UpdateAccount` names the role."),
            (
                "Queues",
                "The queue and its dead-letter queue; none of it reads or sends a message.",
            ),
            (
                "ResultsTable",
                "With `[results]` alone; none of it reads or writes a result. With its `kms_key` also what DynamoDB does with that key in the deployer's name.",
            ),
            (
                "Function",
                "`GetFunction` shows tags only to who may `ListTags`. The second ARN is that of versions and alias.",
            ),
            (
                "LetApiGatewayInvokeTheFunction",
                "Nobody but API Gateway can be let in.",
            ),
            (
                "LetApiGatewayInvokeAuthorizers",
                "Only with Lambda authorizers whose functions are in this account and Region: a statement of its own in the policy of each, about API Gateway and nobody else. Without it a deploy says what to type instead.",
            ),
            (
                "SeeWhoMayInvokeAuthorizers",
                "The same statements are looked for.",
            ),
            (
                "ReserveTheFunctionsConcurrency",
                "With `[function] reserved_concurrency` alone.",
            ),
            (
                "LookAtTheFunctionsNetwork",
                "With `[function.vpc]` alone: Lambda asks in the deployer's name whether subnets and groups are there. None of it can be limited.",
            ),
            (
                "LogGroups",
                "Both forms of a log group's ARN: the calls on tags take it without `:*`, the others with it. The execution log is named after the API's id. The access log's group stays after `[api] access_log` is gone, until the stage goes.",
            ),
            ("FindLogGroups", "A list cannot be limited to names."),
            (
                "FindItsApi",
                "Lists and the account's settings cannot be limited; `/apis` tells on delete whether WebSocket APIs may log through the shared role.",
            ),
            (
                "MakeItsOwn",
                "API Gateway's ids are not known before: the tags in the request decide.",
            ),
            (
                "ChangeItsOwn",
                "The tags of an API and of a usage plan count for all that is in them. `GET` of a key reads its value: `keys show`, `invoke`. `TagResource` is insurance, see above.",
            ),
            (
                "SayWhoMayReachTheApi",
                "With `[api] allow_ips`, `deny_ips` or `policy` alone: `UpdateRestApi` of a resource policy asks for it besides `PATCH`.",
            ),
            (
                "TagWhatItMayChange",
                "`GET` where a list leaves the tags out. `PUT`: on create, AWS asks for it before there are tags. To tag what is there, AWS asks for `PATCH` of that, too, and there the tags decide.",
            ),
            (
                "FindTheDomainName",
                "With `[domain]` alone, as the next five.",
            ),
            (
                "MapTheStageOnTheDomainName",
                "Base path mappings have no tags of their own: the name decides. What others mapped may be in the way, or keep the name.",
            ),
            (
                "MakeTheDomainNameAsShared",
                "The tag in the request decides: it is nobody's alone.",
            ),
            (
                "TagTheDomainName",
                "On create, AWS asks for it before there are tags.",
            ),
            (
                "ChangeOnlyASharedDomainName",
                "One that somebody else made is used as it is.",
            ),
            (
                "MakeApiGatewaysLinkedRole",
                "AWS asks for it within an account's first `CreateDomainName`. The role's path is that of one service: nobody but API Gateway can take it.",
            ),
            (
                "SetTheAccountsRole",
                "One setting for account and region; gatewayq sets it only where no live role is set.",
            ),
            (
                "Alarms",
                "With `[alarms]` alone. By their names: `PutMetricAlarm` replaces whatever has one.",
            ),
            (
                "FindAlarms",
                "With `[alarms]` alone. A list cannot be limited to names.",
            ),
        ],
    },
    Entry {
        name: "reader",
        template: READER,
        about: "plan, status, history, logs, keys list, keys usage, queue status, worker env, policy",
        why: &[
            (
                "ReadTheFunctionsRole",
                "Drift of the role is seen; `status` warns of policies beside gatewayq's.",
            ),
            ("ReadTheLoggingRole", "The same for the shared role."),
            ("ReadTheQueues", "Attributes, tags and depth; no message."),
            (
                "ReadTheResultsTable",
                "With `[results]` alone. Its settings and tags; no result.",
            ),
            (
                "ReadTheFunction",
                "`GetFunction` shows tags only to who may `ListTags`.",
            ),
            (
                "SeeWhoMayInvokeAuthorizers",
                "The same statements are looked for; without it `status` says that they cannot be seen.",
            ),
            ("ReadTheLogs", "`gatewayq logs`."),
            ("FindLogGroups", "A list cannot be limited to names."),
            (
                "SeeTheOldestMessagesAge",
                "`queue status`. A metric cannot be limited to a queue.",
            ),
            ("ReadTheAlarms", "Their tags tell whose they are."),
            (
                "FindAlarms",
                "`status` tells of alarms that ring. A list cannot be limited to names.",
            ),
            ("FindItsApi", "Lists cannot be limited."),
            (
                "ReadOnlyItsOwnApi",
                "No `GET` on `/apikeys/*`; see below for what API Gateway shows all the same.",
            ),
            (
                "ReadTagsThatAListLeavesOut",
                "Only tags tell whose an API, a key or a plan is.",
            ),
            ("FindTheDomainName", "With `[domain]` alone."),
        ],
    },
    Entry {
        name: "operator",
        template: OPERATOR,
        about: "queue status, queue peek, queue purge, queue redrive, queue send",
        why: &[
            (
                "FindTheQueues",
                "Every `gatewayq queue` looks at both first; their tags tell whose they are.",
            ),
            (
                "LookAtMessagesAndPurge",
                "A look is a receive, and gives back what it received. With `[queue] kms_key` also `kms:Decrypt` and `kms:GenerateDataKey` with that key.",
            ),
            (
                "TakeDeadLetters",
                "`queue redrive`: SQS's own move acts as who began it and receives and deletes in that name.",
            ),
            (
                "PutOnTheQueue",
                "`queue redrive` and `queue send`. The queue refuses it all the same to whoever is not in `[queue] senders`.",
            ),
            (
                "SeeTheOldestMessagesAge",
                "`queue status`. A metric cannot be limited to a queue.",
            ),
            (
                "SeeTheTasksStates",
                "`queue peek`, with `[results]` alone; it reads whole results, a state has no item of its own. With `[results] kms_key` also `kms:Decrypt` with that key.",
            ),
        ],
    },
    Entry {
        name: "api-user",
        template: API_USER,
        about: "`gatewayq invoke --url`, and any other signed request",
        why: &[(
            "CallTheseRoutes",
            "One ARN a route, of this API and this stage.",
        )],
    },
    Entry {
        name: "worker",
        template: WORKER,
        about: "a Celery worker on the stage's queue",
        why: &[
            (
                "WorkOnTheQueue",
                "With `[queue] kms_key` also `kms:Decrypt` with that key.",
            ),
            (
                "StoreResults",
                "With `[results]` alone: what Celery's backend asks before its first result, and for each. Without the first two it stores a failure for a task that succeeded. With `[results] kms_key` also `kms:Decrypt` with that key.",
            ),
            (
                "SendToTheQueue",
                "With `--sends` alone, for tasks that retry or send tasks. With `[queue] kms_key` also `kms:GenerateDataKey` with that key. The queue refuses it all the same to whoever is not in `[queue] senders`.",
            ),
        ],
    },
    Entry {
        name: "the function's role",
        template: FUNCTION_ROLE,
        about: "made by deploy",
        why: &[
            (
                "SendToTheQueue",
                "With `[queue] kms_key` also `kms:Decrypt` and `kms:GenerateDataKey` with that key.",
            ),
            (
                "WriteItsOwnLog",
                "The log group is made by deploy, with its retention. With `[results]` also `dynamodb:GetItem` on its table, with its `result_owner` `dynamodb:UpdateItem` of one item there, and with its `kms_key` `kms:Decrypt` with that key. With `[api] tracing` also `xray:PutTraceSegments` and `xray:PutTelemetryRecords`.",
            ),
        ],
    },
    Entry {
        name: "the queue's own policy",
        template: QUEUE,
        about: "made by deploy",
        why: &[(
            "OnlyTheFunctionSends",
            "A denial: whatever other policies allow, only the function's role and `[queue] senders` send.",
        )],
    },
];

/// One table a document.
pub(crate) fn reference() -> String {
    ENTRIES.iter().map(Entry::table).collect()
}

/// One row a document, for README.md.
pub(crate) fn summary() -> String {
    let mut text = "| policy | for | actions |\n|---|---|---|\n".to_owned();
    for entry in &ENTRIES {
        let name = match entry.about {
            "made by deploy" => entry.name.to_owned(),
            _ => format!("`gatewayq policy {}`", entry.name),
        };
        text += &format!("| {name} | {} | {} |\n", entry.about, entry.services());
    }
    text
}

impl Entry {
    pub(super) fn statements(&self) -> Vec<Value> {
        let document: Value = serde_json::from_str(self.template).expect(self.name);
        document["Statement"].as_array().expect(self.name).clone()
    }

    fn table(&self) -> String {
        let mut text = format!(
            "\n### {}\n\nFor: {}.\n\n| statement | actions | on | why |\n|---|---|---|---|\n",
            self.name, self.about
        );
        for statement in self.statements() {
            text += &self.row(&statement);
        }
        text
    }

    fn row(&self, statement: &Value) -> String {
        let sid = statement["Sid"].as_str().unwrap_or_default();
        let why = self.why.iter().find(|(name, _)| *name == sid);
        format!(
            "| {sid} | {} | {} | {} |\n",
            listed(&statement["Action"], short_action),
            listed(&statement["Resource"], short_resource),
            why.map(|(_, why)| *why).unwrap_or_default()
        )
    }

    /// `iam 3, sqs 7`: how many actions of which service.
    fn services(&self) -> String {
        let mut actions: Vec<String> = self
            .statements()
            .iter()
            .flat_map(|statement| strings(&statement["Action"]))
            .collect();
        actions.sort();
        actions.dedup();
        let mut counts: Vec<(String, usize)> = Vec::new();
        for action in actions {
            let service = action.split(':').next().unwrap_or_default().to_owned();
            match counts.last_mut().filter(|(last, _)| *last == service) {
                Some((_, count)) => *count += 1,
                None => counts.push((service, 1)),
            }
        }
        let words: Vec<String> = counts
            .iter()
            .map(|(service, count)| format!("{service} {count}"))
            .collect();
        words.join(", ")
    }
}

fn short_action(action: &str) -> String {
    format!("`{action}`")
}

/// The last part of the ARN: account, region and partition are the same everywhere.
fn short_resource(arn: &str) -> String {
    let last = arn.splitn(6, ':').last().unwrap_or(arn);
    format!("`{last}`")
}

fn listed(value: &Value, show: impl Fn(&str) -> String) -> String {
    let all: Vec<String> = strings(value).iter().map(|item| show(item)).collect();
    all.join(" ")
}
