//! The function's execution role: who may assume it, and the least that the handler needs.

use super::support::{
    document, found, gone, incomplete, parse_document, required, tag_map, unknown_or,
};
use crate::config::settings::Boundary;
use crate::engine::{Call, Cx, Error, Field, Owner, Resource, Set};
use crate::tags::Tags;
use aws_sdk_iam::types::Tag;
use futures::FutureExt;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::BTreeMap;

/// The name of the inline policy.
const POLICY_NAME: &str = "gatewayq";

/// An execution role as the stack wants it.
pub(crate) struct Role {
    pub name: String,
    pub trust: Value,
    pub policy: Value,
    pub boundary: Boundary,
    pub tags: Tags,
    /// False where the user brings a role: one that an earlier deploy made goes.
    pub is_wanted: bool,
}

/// The role in IAM.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Seconds since 1970.
    pub(super) created: i64,
    pub arn: String,
    /// IAM's own id of the role: a role that was deleted and created again has another.
    pub id: String,
    trust: Value,
    policy: Option<Value>,
    boundary: Option<String>,
    tags: BTreeMap<String, String>,
}

const UPDATE_TRUST: Call<Role> = Call {
    operation: "UpdateAssumeRolePolicy",
    run: |role, cx, _, _| put_trust(cx, &role.name, &role.trust).boxed(),
};
const PUT_BOUNDARY: Call<Role> = Call {
    operation: "PutRolePermissionsBoundary",
    run: |role, cx, _, wanted| put_boundary(cx, &role.name, wanted.boundary.as_deref()).boxed(),
};
const PUT_POLICY: Call<Role> = Call {
    operation: "PutRolePolicy",
    run: |role, cx, _, _| role.put_policy(cx).boxed(),
};
const TAG: Call<Role> = Call {
    operation: "TagRole",
    run: |role, cx, _, _| tag_role(cx, &role.name, &role.tags).boxed(),
};

impl Role {
    async fn put_policy(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx.iam.put_role_policy().role_name(&self.name);
        let request = request.policy_name(POLICY_NAME);
        let request = request.policy_document(self.policy.to_string());
        cx.call("PutRolePolicy", request.send()).await?;
        Ok(())
    }
}

impl Resource for Role {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        document(
            "AssumeRolePolicyDocument",
            |s| Some(&s.trust),
            Set::By(&UPDATE_TRUST),
        ),
        // Before the policy: whoever demands a boundary may refuse the policy without it.
        Field::text(
            "PermissionsBoundary",
            |s| s.boundary.clone(),
            Set::By(&PUT_BOUNDARY),
        ),
        document(
            "PolicyDocument",
            |s| s.policy.as_ref(),
            Set::By(&PUT_POLICY),
        ),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        vec![
            ("arn".to_owned(), &mut state.arn),
            ("id".to_owned(), &mut state.id),
        ]
    }

    fn kind(&self) -> &'static str {
        "role"
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let policy = cx.iam.get_role_policy().role_name(&self.name);
        let policy = policy.policy_name(POLICY_NAME);
        let role = cx.iam.get_role().role_name(&self.name);
        let (role, policy) = futures::join!(
            cx.call("GetRole", role.send()),
            cx.call("GetRolePolicy", policy.send()),
        );
        let Some(role) = found(role)?.and_then(|answer| answer.role) else {
            return Ok(None);
        };
        let policy = found(policy)?.map(|answer| decode(&answer.policy_document));
        let trust = role.assume_role_policy_document.as_deref();
        let boundary = role.permissions_boundary.as_ref();
        Ok(Some(State {
            trust: trust.map(decode).unwrap_or_default(),
            boundary: boundary.and_then(|boundary| boundary.permissions_boundary_arn.clone()),
            tags: tag_map(role.tags(), |tag| (tag.key(), tag.value())),
            created: role.create_date.secs(),
            arn: role.arn,
            id: role.role_id,
            policy,
        }))
    }

    fn owner(&self, found: &State) -> Owner {
        self.tags.owner(&found.tags)
    }

    fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    fn wanted(&self, found: Option<&State>) -> State {
        State {
            created: found.map_or(0, |found| found.created),
            arn: unknown_or(found.map(|found| found.arn.clone())),
            id: unknown_or(found.map(|found| found.id.clone())),
            trust: self.trust.clone(),
            policy: Some(self.policy.clone()),
            boundary: match &self.boundary {
                // An organisation's automation may have put it there.
                Boundary::Unmanaged => found.and_then(|found| found.boundary.clone()),
                Boundary::None => None,
                Boundary::Arn(arn) => Some(arn.clone()),
            },
            tags: self.tags.map(),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let request = cx
            .iam
            .create_role()
            .role_name(&self.name)
            .assume_role_policy_document(self.trust.to_string())
            .description("What the function of a gatewayq stage may do")
            .set_permissions_boundary(wanted.boundary.clone())
            .set_tags(Some(iam_tags(&self.tags)?));
        let created = cx.call("CreateRole", request.send()).await?;
        self.put_policy(cx).await?;
        let role = required(created.role, "the role")?;
        Ok(State {
            created: role.create_date.secs(),
            arn: role.arn,
            id: role.role_id,
            ..wanted
        })
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        delete_role(cx, &self.name).await
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let boundary = found.boundary.clone();
        let detail = boundary.map(|arn| ("PermissionsBoundary", arn));
        detail.into_iter().collect()
    }

    /// Policies beside ours give the function more than it needs.
    async fn warnings(&self, cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        if found.is_none() {
            return Ok(Vec::new());
        }
        let (inline, attached) = policies(cx, &self.name).await?;
        let inline = inline.into_iter().filter(|name| name != POLICY_NAME);
        let inline = inline.map(|name| format!("inline policy {name}"));
        let attached = attached.into_iter().map(|arn| format!("attached {arn}"));
        let beside = inline.chain(attached);
        Ok(beside
            .map(|policy| format!("{policy}: the function may do what this allows, too"))
            .collect())
    }

    async fn adopt(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        tag_role(cx, &self.name, &self.tags).await
    }
}

pub(super) async fn put_trust(cx: &Cx, role: &str, trust: &Value) -> Result<(), Error> {
    let request = cx.iam.update_assume_role_policy().role_name(role);
    let request = request.policy_document(trust.to_string());
    cx.call("UpdateAssumeRolePolicy", request.send()).await?;
    Ok(())
}

async fn put_boundary(cx: &Cx, role: &str, boundary: Option<&str>) -> Result<(), Error> {
    match boundary {
        Some(arn) => {
            let request = cx.iam.put_role_permissions_boundary().role_name(role);
            let request = request.permissions_boundary(arn);
            cx.call("PutRolePermissionsBoundary", request.send())
                .await?;
            Ok(())
        }
        None => {
            let request = cx.iam.delete_role_permissions_boundary().role_name(role);
            let removed = cx.call("DeleteRolePermissionsBoundary", request.send());
            gone(removed.await)
        }
    }
}

pub(super) async fn tag_role(cx: &Cx, role: &str, tags: &Tags) -> Result<(), Error> {
    let request = cx.iam.tag_role().role_name(role);
    let request = request.set_tags(Some(iam_tags(tags)?));
    cx.call("TagRole", request.send()).await?;
    Ok(())
}

/// What hangs on a role: the names of its inline policies, the ARNs of those attached.
async fn policies(cx: &Cx, role: &str) -> Result<(Vec<String>, Vec<String>), Error> {
    let inline = cx.iam.list_role_policies().role_name(role);
    let attached = cx.iam.list_attached_role_policies().role_name(role);
    let (inline, attached) = futures::join!(
        cx.call("ListRolePolicies", inline.send()),
        cx.call("ListAttachedRolePolicies", attached.send()),
    );
    // A page holds 100, more than a role can have.
    let inline = found(inline)?.map(|answer| answer.policy_names);
    let attached = found(attached)?.and_then(|answer| answer.attached_policies);
    let arns = attached.into_iter().flatten();
    let arns = arns.filter_map(|policy| policy.policy_arn).collect();
    Ok((inline.unwrap_or_default(), arns))
}

/// Deletes a role with whatever hangs on it: IAM refuses a role that still has a policy.
pub(super) async fn delete_role(cx: &Cx, name: &str) -> Result<(), Error> {
    let (inline, attached) = policies(cx, name).await?;
    for policy in inline {
        let request = cx.iam.delete_role_policy().role_name(name);
        let request = request.policy_name(policy);
        gone(cx.call("DeleteRolePolicy", request.send()).await)?;
    }
    for arn in attached {
        let request = cx.iam.detach_role_policy().role_name(name);
        let request = request.policy_arn(arn);
        gone(cx.call("DetachRolePolicy", request.send()).await)?;
    }
    gone(
        cx.call("DeleteRole", cx.iam.delete_role().role_name(name).send())
            .await,
    )
}

pub(super) fn iam_tags(tags: &Tags) -> Result<Vec<Tag>, Error> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let tags: Result<_, _> = tags.iter().map(tag).collect();
    tags.map_err(incomplete)
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
