//! The function's execution role: who may assume it, and the least that the handler needs.

use super::support::{
    document_change, found, gone, incomplete, parse_document, required, tag_map, touches,
    touches_tags,
};
use crate::engine::{Change, Cx, Error, Owner, Resource};
use crate::names::Tags;
use aws_sdk_iam::types::Tag;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::HashMap;

/// The name of the inline policy.
const POLICY_NAME: &str = "gatewayq";

/// An execution role as the stack wants it.
pub struct Role {
    pub name: String,
    pub arn: String,
    pub trust: Value,
    pub policy: Value,
    /// ARN of the permission boundary.
    pub boundary: Option<String>,
    pub tags: Tags,
    /// False where the user brings a role: one that an earlier deploy made goes.
    pub wanted: bool,
}

/// What IAM holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub arn: String,
    /// IAM's own id of the role: a role that was deleted and made anew has another.
    pub id: String,
    trust: Value,
    policy: Option<Value>,
    boundary: Option<String>,
    tags: HashMap<String, String>,
}

impl Role {
    fn wanted_state(&self, arn: String, id: String) -> State {
        State {
            arn,
            id,
            trust: self.trust.clone(),
            policy: Some(self.policy.clone()),
            boundary: self.boundary.clone(),
            tags: self.tags.map(),
        }
    }

    async fn put_policy(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .iam
            .put_role_policy()
            .role_name(&self.name)
            .policy_name(POLICY_NAME);
        cx.call(
            "PutRolePolicy",
            request.policy_document(self.policy.to_string()).send(),
        )
        .await?;
        Ok(())
    }

    async fn put_boundary(&self, cx: &Cx) -> Result<(), Error> {
        match &self.boundary {
            Some(arn) => {
                let request = cx
                    .iam
                    .put_role_permissions_boundary()
                    .role_name(&self.name)
                    .permissions_boundary(arn);
                cx.call("PutRolePermissionsBoundary", request.send())
                    .await?;
            }
            None => {
                let request = cx
                    .iam
                    .delete_role_permissions_boundary()
                    .role_name(&self.name);
                gone(
                    cx.call("DeleteRolePermissionsBoundary", request.send())
                        .await,
                )?;
            }
        }
        Ok(())
    }

    async fn tag(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .iam
            .tag_role()
            .role_name(&self.name)
            .set_tags(Some(iam_tags(&self.tags)?));
        cx.call("TagRole", request.send()).await?;
        Ok(())
    }
}

impl Resource for Role {
    type State = State;

    fn kind(&self) -> &'static str {
        "role"
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (role, policy) = futures::join!(
            cx.call("GetRole", cx.iam.get_role().role_name(&self.name).send()),
            cx.call(
                "GetRolePolicy",
                cx.iam
                    .get_role_policy()
                    .role_name(&self.name)
                    .policy_name(POLICY_NAME)
                    .send()
            ),
        );
        let Some(role) = found(role)?.and_then(|answer| answer.role) else {
            return Ok(None);
        };
        let policy = found(policy)?.map(|answer| decode(&answer.policy_document));
        let boundary = role
            .permissions_boundary
            .as_ref()
            .and_then(|boundary| boundary.permissions_boundary_arn.clone());
        Ok(Some(State {
            trust: role
                .assume_role_policy_document
                .as_deref()
                .map(decode)
                .unwrap_or_default(),
            tags: tag_map(role.tags(), |tag| (tag.key(), tag.value())),
            arn: role.arn,
            id: role.role_id,
            policy,
            boundary,
        }))
    }

    fn owner(&self, state: &State) -> Owner {
        self.tags.owner(&state.tags)
    }

    fn wanted(&self) -> bool {
        self.wanted
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.tags.diff(&state.tags);
        changes.extend(document_change(
            "AssumeRolePolicyDocument",
            Some(&state.trust),
            &self.trust,
        ));
        changes.extend(document_change(
            "PolicyDocument",
            state.policy.as_ref(),
            &self.policy,
        ));
        changes.extend(match (&state.boundary, &self.boundary) {
            (before, Some(after)) => Change::between("PermissionsBoundary", before.as_ref(), after),
            (Some(before), None) => Some(Change::removed("PermissionsBoundary", before)),
            (None, None) => None,
        });
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        let request = cx
            .iam
            .create_role()
            .role_name(&self.name)
            .assume_role_policy_document(self.trust.to_string())
            .description("What the function of a gatewayq stage may do")
            .set_permissions_boundary(self.boundary.clone())
            .set_tags(Some(iam_tags(&self.tags)?));
        let created = cx.call("CreateRole", request.send()).await?;
        self.put_policy(cx).await?;
        let role = required(created.role, "the role")?;
        Ok(self.wanted_state(role.arn, role.role_id))
    }

    async fn update(&self, cx: &Cx, state: State, changes: &[Change]) -> Result<State, Error> {
        if touches(changes, &["AssumeRolePolicyDocument"]) {
            let request = cx.iam.update_assume_role_policy().role_name(&self.name);
            cx.call(
                "UpdateAssumeRolePolicy",
                request.policy_document(self.trust.to_string()).send(),
            )
            .await?;
        }
        if touches(changes, &["PermissionsBoundary"]) {
            self.put_boundary(cx).await?;
        }
        if touches(changes, &["PolicyDocument"]) {
            self.put_policy(cx).await?;
        }
        if touches_tags(changes) {
            self.tag(cx).await?;
        }
        Ok(self.wanted_state(state.arn, state.id))
    }

    async fn delete(&self, cx: &Cx, _state: State) -> Result<(), Error> {
        delete_role(cx, &self.name).await
    }

    async fn adopt(&self, cx: &Cx, _state: State) -> Result<(), Error> {
        self.tag(cx).await
    }
}

/// Deletes a role with whatever hangs on it: IAM refuses a role that still has a policy.
pub(super) async fn delete_role(cx: &Cx, name: &str) -> Result<(), Error> {
    let (inline, attached) = futures::join!(
        cx.call(
            "ListRolePolicies",
            cx.iam.list_role_policies().role_name(name).send()
        ),
        cx.call(
            "ListAttachedRolePolicies",
            cx.iam.list_attached_role_policies().role_name(name).send()
        ),
    );
    for policy in found(inline)?
        .map(|answer| answer.policy_names)
        .unwrap_or_default()
    {
        let request = cx
            .iam
            .delete_role_policy()
            .role_name(name)
            .policy_name(policy);
        gone(cx.call("DeleteRolePolicy", request.send()).await)?;
    }
    for policy in found(attached)?
        .and_then(|answer| answer.attached_policies)
        .unwrap_or_default()
    {
        let request = cx
            .iam
            .detach_role_policy()
            .role_name(name)
            .set_policy_arn(policy.policy_arn);
        gone(cx.call("DetachRolePolicy", request.send()).await)?;
    }
    gone(
        cx.call("DeleteRole", cx.iam.delete_role().role_name(name).send())
            .await,
    )
}

pub(super) fn iam_tags(tags: &Tags) -> Result<Vec<Tag>, Error> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.0
        .iter()
        .map(tag)
        .collect::<Result<_, _>>()
        .map_err(incomplete)
}

/// IAM returns documents percent-encoded.
pub(super) fn decode(document: &str) -> Value {
    parse_document(&percent_decode_str(document).decode_utf8_lossy())
}

#[cfg(test)]
mod tests {
    use super::decode;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        /// What IAM returns: a document, percent-encoded; and whatever else may come.
        #[test]
        fn documents_come_back_as_they_were_put(text in "\\PC{0,40}", junk in "[%0-9a-fA-F{}:]{0,40}") {
            let document = json!({"Version": "2012-10-17", "Statement": [{"Sid": text}]});
            let encoded = utf8_percent_encode(&document.to_string(), NON_ALPHANUMERIC).to_string();
            prop_assert_eq!(decode(&encoded), document);
            let _ = decode(&junk);
        }
    }
}
