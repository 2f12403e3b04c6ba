//! The documents for those who work with a stage: who deploys it, reads it, works for it.
//!
//! A policy can hold conditions that say who may do what only together with AWS's own rules;
//! `docs/permissions.md` tells why each action is there.

use super::results::use_of_the_tables_key;
use super::{
    DEPLOYER, OPERATOR, QUEUES_KEY, READER, RenderError, Values, WORKER, render, use_of_key,
};
use crate::config::settings::{Authorizer, Boundary, Settings};
use crate::names::Names;
use crate::resources::InvokedFunction;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Statements by their `Sid`, and whether a document has a use for them.
type Part = (bool, &'static [&'static str]);

/// What a document is to cover.
pub(crate) struct Scope<'a> {
    pub names: &'a Names,
    /// The stage's settings; with `all_stages` those of every stage of the app.
    pub stages: &'a [Settings],
    /// Every stage of the app instead of this one.
    pub all_stages: bool,
    /// ARN of the permission boundary that every role which the deployer makes has to have, whatever the file says.
    pub boundary: Option<String>,
    /// Without what makes, changes and names the role that API Gateway logs through: somebody else made it.
    pub no_logging_role: bool,
}

impl Scope<'_> {
    fn values(&self) -> Values {
        let names = self.names;
        Values::from([
            ("partition", json!(names.identity.partition)),
            ("account", json!(names.identity.account)),
            ("region", json!(names.region)),
            ("app", json!(names.app)),
            ("stage", json!(self.stage())),
            ("name", json!(format!("{}-{}", names.app, self.stage()))),
            ("function_role", one_or_all(&self.function_roles())),
            ("domain", one_or_all(&self.domains())),
            ("boundary", one_or_all(&self.boundaries())),
            ("bound_roles", one_or_all(&self.bound_roles())),
            ("authorizer_functions", json!(self.authorizer_functions())),
        ])
    }

    fn stage(&self) -> &str {
        match self.all_stages {
            true => "*",
            false => &self.names.stage,
        }
    }

    /// Whether a stage needs what `uses` asks about: a statement is there for one that does.
    fn any(&self, uses: impl Fn(&Settings) -> bool) -> bool {
        self.stages.iter().any(uses)
    }

    /// The roles that functions are given: those that are brought along, and those that are made.
    fn function_roles(&self) -> BTreeSet<String> {
        let (names, stage) = (self.names, self.stage());
        let own = format!("{}-{stage}-{}", names.app, names.region);
        let roles = self.stages.iter();
        let roles = roles.map(|settings| settings.role.arn.clone());
        roles
            .map(|arn| arn.unwrap_or_else(|| names.role_arn(&own)))
            .collect()
    }

    /// The boundaries of the roles that are made.
    fn boundaries(&self) -> BTreeSet<String> {
        if let Some(boundary) = &self.boundary {
            return [boundary.clone()].into();
        }
        let stages = self.stages.iter();
        let boundaries = stages.filter_map(|settings| settings.role.boundary.arn());
        boundaries.map(str::to_owned).collect()
    }

    /// The roles that are made within a boundary and not without: of functions, and the one that API Gateway logs through.
    fn bound_roles(&self) -> BTreeSet<String> {
        let names = self.names;
        let is_bound = |stage: &&Settings| self.boundary.is_some() || has_boundary(stage);
        let stages: Vec<&Settings> = self.stages.iter().filter(is_bound).collect();
        let makes = stages.iter().any(|stage| stage.role.arn.is_none());
        let of_functions = format!("{}-{}-{}", names.app, self.stage(), names.region);
        let logs = !self.no_logging_role && stages.iter().any(|stage| stage.api.logs());
        let roles = [(makes, of_functions), (logs, names.logging_role())];
        let roles = roles.into_iter().filter(|(is_made, _)| *is_made);
        roles.map(|(_, name)| names.role_arn(&name)).collect()
    }

    /// The custom domain names; each stage of an app may have another one.
    fn domains(&self) -> BTreeSet<String> {
        let domains = self.stages.iter();
        let domains = domains.filter_map(|settings| settings.domain.as_ref());
        domains.map(|domain| domain.name.clone()).collect()
    }

    /// The statements of the deployer and the reader that this scope has no use for.
    fn superfluous(&self) -> Vec<&'static str> {
        let parts = self.parts_for_roles().into_iter();
        let parts = parts.chain(self.parts_for_sections());
        let unused = parts.filter(|(used, _)| !used);
        unused.flat_map(|(_, sids)| sids).copied().collect()
    }

    /// Which statements about roles are of use.
    fn parts_for_roles(&self) -> [Part; 7] {
        let is_bound = self.boundary.is_some();
        let logs = |stage: &Settings| stage.api.logs();
        let makes = |stage: &Settings| stage.role.arn.is_none();
        let makes_logging_role = self.any(logs) && !self.no_logging_role;
        [
            (self.any(makes), &["MakeTheFunctionsRole"]),
            (
                !is_bound && self.any(|stage| makes(stage) && !has_boundary(stage)),
                &["GiveTheFunctionsRoleItsPermissions"],
            ),
            (
                !self.bound_roles().is_empty(),
                &["MakeRolesWithinTheBoundary"],
            ),
            (
                !is_bound && self.any(|stage| stage.role.boundary == Boundary::None),
                &["UnboundTheFunctionsRole"],
            ),
            (self.any(logs), &["ApiGatewaysLoggingRole"]),
            (
                makes_logging_role,
                &[
                    "ChangeTheLoggingRole",
                    "AttachLogPermissions",
                    "HandOverTheLoggingRole",
                    "SetTheAccountsRole",
                ],
            ),
            (
                makes_logging_role
                    && !is_bound
                    && self.any(|stage| logs(stage) && !has_boundary(stage)),
                &["MakeTheLoggingRole"],
            ),
        ]
    }

    /// Which statements about what a stage may have besides are of use.
    fn parts_for_sections(&self) -> [Part; 7] {
        [
            (
                self.any(|stage| stage.results.is_some()),
                &["ResultsTable", "ReadTheResultsTable", "SeeTheTasksStates"],
            ),
            (
                self.any(|stage| stage.api.access.is_some()),
                &["SayWhoMayReachTheApi"],
            ),
            (
                self.any(|stage| stage.alarms.is_some()),
                &["Alarms", "FindAlarms"],
            ),
            (
                !self.authorizer_functions().is_empty(),
                &[
                    "LetApiGatewayInvokeAuthorizers",
                    "SeeWhoMayInvokeAuthorizers",
                ],
            ),
            (
                self.any(|stage| stage.domain.is_some()),
                &[
                    "FindTheDomainName",
                    "MapTheStageOnTheDomainName",
                    "MakeTheDomainNameAsShared",
                    "TagTheDomainName",
                    "ChangeOnlyASharedDomainName",
                    "MakeApiGatewaysLinkedRole",
                ],
            ),
            (
                self.any(|stage| !stage.function.configuration.vpc.is_none()),
                &["LookAtTheFunctionsNetwork"],
            ),
            (
                self.any(|stage| stage.function.reserved_concurrency.is_some()),
                &["ReserveTheFunctionsConcurrency"],
            ),
        ]
    }

    /// What the keys of the results tables ask for.
    fn tables_keys(&self, actions: &[&str]) -> Vec<Value> {
        let results = self.stages.iter();
        let results = results.filter_map(|stage| stage.results.as_ref());
        let of = |results| use_of_the_tables_key(self.names, results, actions);
        results.filter_map(of).collect()
    }

    /// What the queues' keys ask for.
    fn queues_keys(&self, actions: &[&str]) -> Vec<Value> {
        let keys = self.stages.iter();
        let keys = keys.filter_map(|stage| stage.queue.kms_key.as_deref());
        keys.map(|key| use_of_key(self.names, QUEUES_KEY, key, actions))
            .collect()
    }

    /// The functions of Lambda authorizers that are in the stage's own account and region.
    fn authorizer_functions(&self) -> BTreeSet<String> {
        let stages = self.stages.iter();
        let all = stages.flat_map(|stage| stage.authorizers.values());
        let lambdas = all.filter_map(|authorizer| match authorizer {
            Authorizer::Lambda(lambda) => {
                Some(InvokedFunction::named(&lambda.function, self.names))
            }
            Authorizer::Cognito { .. } => None,
        });
        let within_reach = lambdas.filter(|function| function.is_within_reach(self.names));
        within_reach
            .flat_map(|function| function.arns_for_iam())
            .collect()
    }
}

fn has_boundary(stage: &Settings) -> bool {
    stage.role.boundary.arn().is_some()
}

/// As IAM's documents are usually written: one as a text, several as a list.
fn one_or_all(texts: &BTreeSet<String>) -> Value {
    match texts.first() {
        Some(one) if texts.len() == 1 => json!(one),
        _ => json!(texts),
    }
}

/// The document with statements of one kind more: each once, and a `Sid` is not given twice.
fn push(document: &mut Value, mut more: Vec<Value>) {
    let Some(statements) = document["Statement"].as_array_mut() else {
        return;
    };
    more.sort_by_key(Value::to_string);
    more.dedup();
    for (number, mut statement) in (1..).zip(more) {
        if let Some(sid) = statement["Sid"].as_str().filter(|_| number > 1) {
            statement["Sid"] = json!(format!("{sid}{number}"));
        }
        statements.push(statement);
    }
}

/// The document without the statements called `superfluous`.
fn without(mut document: Value, superfluous: &[&str]) -> Value {
    if let Some(statements) = document["Statement"].as_array_mut() {
        statements.retain(|statement| {
            let sid = statement["Sid"].as_str();
            sid.is_none_or(|sid| !superfluous.contains(&sid))
        });
    }
    document
}

/// Characters of a managed policy, white space left out (IAM quotas).
pub(crate) const MANAGED_POLICY: usize = 6144;

/// The characters that count.
pub(crate) fn size(document: &Value) -> usize {
    let text = document.to_string();
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// The document as a managed policy takes it: where it is too long, statements go without their names, the longest first.
pub(crate) fn fitted(mut document: Value) -> Value {
    while size(&document) > MANAGED_POLICY
        && let Some(statement) = longest_named(&mut document)
    {
        statement.remove("Sid");
    }
    document
}

fn longest_named(document: &mut Value) -> Option<&mut Map<String, Value>> {
    let statements = document["Statement"].as_array_mut()?;
    let objects = statements.iter_mut().filter_map(Value::as_object_mut);
    let named = objects.filter(|statement| statement.contains_key("Sid"));
    named.max_by_key(|statement| statement["Sid"].as_str().map(str::len))
}

/// With what is allowed without a condition on one resource in one statement, the first of them: so a managed policy has
/// room for it.
fn merged(mut document: Value) -> Value {
    let Some(statements) = document["Statement"].as_array_mut() else {
        return document;
    };
    let mut kept: Vec<Value> = Vec::new();
    for statement in std::mem::take(statements) {
        let is_same = |other: &&mut Value| {
            other["Resource"] == statement["Resource"]
                && [&**other, &statement]
                    .iter()
                    .all(|one| one.get("Condition").is_none() && one["Action"].is_array())
        };
        match kept.iter_mut().find(is_same) {
            Some(other) => {
                let mut actions = statement["Action"].clone();
                if let (Some(all), Some(more)) =
                    (other["Action"].as_array_mut(), actions.as_array_mut())
                {
                    all.append(more);
                }
            }
            None => kept.push(statement),
        }
    }
    *statements = kept;
    document
}

/// All that deploy, rollback, promote, plan, status, delete, adopt, keys and logs need.
///
/// # Errors
/// A fault of the template.
pub(crate) fn deployer(scope: &Scope) -> Result<Value, RenderError> {
    let document = render(DEPLOYER, &scope.values())?;
    let mut document = without(document, &scope.superfluous());
    // What DynamoDB does with the key of a table that it makes.
    let actions = [
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ];
    push(&mut document, scope.tables_keys(&actions));
    Ok(merged(document))
}

/// All that plan, status, logs and worker env need.
///
/// # Errors
/// A fault of the template.
pub(crate) fn reader(scope: &Scope) -> Result<Value, RenderError> {
    let document = render(READER, &scope.values())?;
    Ok(without(document, &scope.superfluous()))
}

/// All that `gatewayq queue` needs.
///
/// # Errors
/// A fault of the template.
pub(crate) fn operator(scope: &Scope) -> Result<Value, RenderError> {
    let document = render(OPERATOR, &scope.values())?;
    let mut document = without(document, &scope.superfluous());
    push(&mut document, scope.tables_keys(&["kms:Decrypt"]));
    let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
    push(&mut document, scope.queues_keys(&actions));
    Ok(document)
}

/// All that a Celery worker on the stage's queue needs; with `sends` one whose tasks retry or send
/// tasks.
///
/// # Errors
/// A fault of the template.
pub(crate) fn worker(scope: &Scope, sends: bool) -> Result<Value, RenderError> {
    let mut document = render(WORKER, &scope.values())?;
    push(&mut document, scope.tables_keys(&["kms:Decrypt"]));
    let results = scope.any(|stage| stage.results.is_some());
    if let Some(statements) = document["Statement"].as_array_mut() {
        statements.retain(|statement| sends || statement["Sid"] != "SendToTheQueue");
        statements.retain(|statement| results || statement["Sid"] != "StoreResults");
    }
    let actions: &[&str] = match sends {
        true => &["kms:Decrypt", "kms:GenerateDataKey"],
        false => &["kms:Decrypt"],
    };
    push(&mut document, scope.queues_keys(actions));
    Ok(document)
}
