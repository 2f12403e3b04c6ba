//! Roles, in XML.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::{ACCOUNT, Account, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

const MISSING: &str = "NoSuchEntity";

impl Account {
    pub(super) fn iam(&mut self, request: &Request) -> Reply {
        let (operation, name) = (request.operation.as_str(), request.text("RoleName"));
        if operation == "CreateRole" {
            let number = self.writes.len();
            self.world["roles"][name] = json!({
                "id": format!("AROA{number:017}"), "trust": request.text("AssumeRolePolicyDocument"),
                "policies": {}, "attached": {}, "tags": tags(request),
                "boundary": request.input.get("PermissionsBoundary"),
            });
        }
        let role = self.find("roles", name, MISSING)?;
        let text = |field| Value::from(request.text(field));
        match operation {
            "CreateRole" | "GetRole" => return Ok(described(operation, name, role).into()),
            "GetRolePolicy" => return policy(name, request.text("PolicyName"), role),
            "ListRolePolicies" => {
                return Ok(listed(operation, "PolicyNames", names(&role["policies"])).into());
            }
            "ListAttachedRolePolicies" => {
                let attached = names(&role["attached"]).into_iter();
                let attached = attached
                    .map(|arn| format!("<PolicyName>p</PolicyName><PolicyArn>{arn}</PolicyArn>"));
                return Ok(listed(operation, "AttachedPolicies", attached.collect()).into());
            }
            "UpdateAssumeRolePolicy" => role["trust"] = text("PolicyDocument"),
            "PutRolePermissionsBoundary" => role["boundary"] = text("PermissionsBoundary"),
            "DeleteRolePermissionsBoundary" => role["boundary"] = Value::Null,
            "PutRolePolicy" => {
                role["policies"][request.text("PolicyName")] = text("PolicyDocument")
            }
            "AttachRolePolicy" => role["attached"][request.text("PolicyArn")] = Value::Null,
            "TagRole" => super::add(&mut role["tags"], &tags(request)),
            "DeleteRolePolicy" => {
                let policies = role["policies"].as_object_mut().unwrap();
                policies.remove(request.text("PolicyName")).ok_or(MISSING)?;
            }
            "DetachRolePolicy" => {
                let attached = role["attached"].as_object_mut().unwrap();
                attached.remove(request.text("PolicyArn")).ok_or(MISSING)?;
            }
            "DeleteRole" if role["policies"] != json!({}) || role["attached"] != json!({}) => {
                return Err("DeleteConflict");
            }
            "DeleteRole" => drop(self.delete("roles", name, MISSING)?),
            other => panic!("iam {other}"),
        }
        Ok(body("iam", operation))
    }
}

fn tags(request: &Request) -> Value {
    let field = |number, field| {
        let name = format!("Tags.member.{number}.{field}");
        Some(request.input.get(&name)?.as_str()?.to_owned())
    };
    let tags = (1..).map_while(|at| Some((field(at, "Key")?, Value::from(field(at, "Value")?))));
    Value::Object(tags.collect())
}

fn names(of: &Value) -> Vec<String> {
    of.as_object().unwrap().keys().cloned().collect()
}

/// Documents come percent-encoded.
fn encoded(document: &Value) -> String {
    utf8_percent_encode(document.as_str().unwrap(), NON_ALPHANUMERIC).to_string()
}

fn policy(role: &str, name: &str, state: &Value) -> Reply {
    let document = state["policies"].get(name).ok_or(MISSING)?;
    let answer = template("GetRolePolicy");
    let answer = with(&with(&answer, "RoleName", role), "PolicyName", name);
    Ok(with(&answer, "PolicyDocument", &encoded(document)).into())
}

/// A role in the recorded answer's place: tags and boundary only where there are some.
fn described(operation: &str, name: &str, role: &Value) -> String {
    let mut answer = template(operation);
    let fields = [
        ("RoleName", name.to_owned()),
        ("RoleId", role["id"].as_str().unwrap().to_owned()),
        ("Arn", format!("arn:aws:iam::{ACCOUNT}:role/{name}")),
        ("AssumeRolePolicyDocument", encoded(&role["trust"])),
    ];
    for (field, value) in fields {
        answer = with(&answer, field, &value);
    }
    if let Some(created) = role["created"].as_str() {
        answer = with(&answer, "CreateDate", created);
    }
    let member = |(key, value): (&String, &Value)| {
        let value = value.as_str().unwrap();
        format!("<member><Key>{key}</Key><Value>{value}</Value></member>")
    };
    let tags: String = role["tags"]
        .as_object()
        .unwrap()
        .iter()
        .map(member)
        .collect();
    let boundary = role["boundary"].as_str().map(|arn| {
        let recorded = template("GetRole.with-boundary");
        let element = recorded.split("<PermissionsBoundary>").nth(1).unwrap();
        let element = element.split("</PermissionsBoundary>").next().unwrap();
        let element = with(element, "PermissionsBoundaryArn", arn);
        format!("<PermissionsBoundary>{element}</PermissionsBoundary>")
    });
    let (before, after) = (
        answer.split("<Tags>").next().unwrap(),
        answer.split("</Tags>").nth(1).unwrap(),
    );
    let tags = if tags.is_empty() {
        tags
    } else {
        format!("<Tags>{tags}</Tags>")
    };
    format!("{before}{}{tags}{after}", boundary.unwrap_or_default())
}

fn listed(operation: &str, list: &str, members: Vec<String>) -> String {
    let members: String = members
        .into_iter()
        .map(|member| format!("<member>{member}</member>"))
        .collect();
    with(&template(operation), list, &members)
}

fn template(answer: &str) -> String {
    body("iam", answer).as_str().unwrap().to_owned()
}

/// The XML with another content in its first element of this name.
fn with(xml: &str, element: &str, content: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let (before, rest) = xml.split_once(&open).unwrap();
    let (_, after) = rest.split_once(&close).unwrap();
    format!("{before}{open}{content}{close}{after}")
}
