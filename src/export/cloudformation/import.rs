//! What CloudFormation needs to take over what is deployed: a template of nothing but that, and what each resource
//! is found by (CloudFormation user guide, "Import AWS resources into a stack").

use super::super::Identifiers;
use super::super::left::Left;
use super::super::piece::set;
use super::super::token;
use super::template::{self, Resource, Template};
use crate::engine::NodeId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An import.
pub(super) struct Import {
    pub template: Value,
    pub resources: Value,
    pub left: Vec<Left>,
}

/// Types that cannot be imported, or whose identifier no document tells; what the update after the import does about them.
const MADE_LATER: [(&str, &str); 3] = [
    (
        "AWS::SQS::QueuePolicy",
        "CloudFormation cannot import one: the update after the import sets the same policy once more",
    ),
    (
        "AWS::ApiGateway::GatewayResponse",
        "no document tells its identifier: the update after the import puts the same headers once more",
    ),
    (
        "AWS::Lambda::Permission",
        "the update after the import adds a statement of its own; gatewayq's can then go by `aws lambda remove-permission`",
    ),
];

/// Types that the account's stages share: gatewayq's stay as they are, and the parameters say that none is to be made.
const SHARED: [&str; 2] = ["AWS::ApiGateway::Account", "AWS::ApiGateway::DomainName"];

/// The import of what is deployed.
pub(super) fn of(template: &Template, deployed: &Identifiers) -> Import {
    let names = Names::new(template, deployed);
    let (mut ids, mut resources, mut left) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (id, resource) in template.resources() {
        if let Some((_, why)) = MADE_LATER.iter().find(|(kind, _)| *kind == resource.kind) {
            left.push(Left::new(&format!("import of {id}"), why));
            continue;
        }
        match names.identifier(id, resource) {
            Some(identifier) => {
                ids.insert(id);
                resources.push(json!({
                    "ResourceType": resource.kind,
                    "LogicalResourceId": id,
                    "ResourceIdentifier": identifier,
                }));
            }
            None => left.push(Left::new(
                &format!("import of {id}"),
                "it is shared with other stages, or not this stage's: it stays as it is",
            )),
        }
    }
    Import {
        template: template.document_of(&ids, true),
        resources: resources.into(),
        left,
    }
}

struct Names<'a> {
    template: &'a Template,
    deployed: &'a Identifiers,
    /// The REST API's id.
    api: Option<String>,
}

impl<'a> Names<'a> {
    fn new(template: &'a Template, deployed: &'a Identifiers) -> Self {
        let mut resources = template.resources();
        let api = resources.find(|(_, one)| one.kind == "AWS::ApiGateway::RestApi");
        let api = api.and_then(|(_, api)| deployed.get(&api.node)?.get("id").cloned());
        Self {
            template,
            deployed,
            api,
        }
    }

    /// What a resource is found by: its primary identifier, by the names of its schema.
    fn identifier(&self, id: &str, resource: &Resource) -> Option<Value> {
        let Resource {
            kind,
            node,
            properties,
            ..
        } = resource;
        if SHARED.contains(kind) || id == "LoggingRole" || !self.deployed.contains_key(node) {
            return None;
        }
        let text = |name: &str| self.text(&properties[name]);
        let own = |name: &str| self.own(*node, name);
        let found = match *kind {
            "AWS::IAM::Role" => set([("RoleName", text("RoleName")?)]),
            "AWS::SQS::Queue" => set([("QueueUrl", own("url")?)]),
            "AWS::Logs::LogGroup" => set([("LogGroupName", text("LogGroupName")?)]),
            "AWS::Lambda::Function" => set([("FunctionName", text("FunctionName")?)]),
            "AWS::Lambda::Version" => {
                let (function, number) = (self.function()?, own("number")?);
                let arn = format!("{function}:{}", number.as_str()?);
                set([("FunctionArn", json!(arn))])
            }
            "AWS::Lambda::Alias" => {
                let arn = format!("{}:{}", self.function()?, properties["Name"].as_str()?);
                set([("AliasArn", json!(arn))])
            }
            "AWS::DynamoDB::Table" => set([("TableName", text("TableName")?)]),
            "AWS::CloudWatch::Alarm" => set([("AlarmName", text("AlarmName")?)]),
            "AWS::ApiGateway::ApiKey" => set([("APIKeyId", own("id")?)]),
            "AWS::ApiGateway::UsagePlan" => set([("Id", own("id")?)]),
            "AWS::ApiGateway::UsagePlanKey" => {
                let (key, plan) = (text("KeyId")?, text("UsagePlanId")?);
                set([("Id", json!(format!("{}:{}", key.as_str()?, plan.as_str()?)))])
            }
            "AWS::ApiGateway::BasePathMapping" => {
                let path = text("BasePath").unwrap_or_else(|| json!(crate::config::settings::ROOT));
                set([
                    (
                        "DomainName",
                        self.text(&template::chosen(properties["DomainName"].clone()))?,
                    ),
                    ("BasePath", path),
                ])
            }
            kind => self.of_the_api(kind, id, resource)?,
        };
        Some(found)
    }

    /// The API, and what is in it.
    fn of_the_api(&self, kind: &str, id: &str, resource: &Resource) -> Option<Value> {
        let (node, properties) = (resource.node, &resource.properties);
        let api = || Some(json!(self.api.as_ref()?));
        Some(match kind {
            "AWS::ApiGateway::RestApi" => set([("RestApiId", api()?)]),
            "AWS::ApiGateway::Authorizer" => set([
                ("RestApiId", api()?),
                ("AuthorizerId", self.own(node, "id")?),
            ]),
            "AWS::ApiGateway::Deployment" => set([
                ("DeploymentId", self.own(node, "id")?),
                ("RestApiId", api()?),
            ]),
            "AWS::ApiGateway::Stage" => set([
                ("RestApiId", api()?),
                ("StageName", self.text(&properties["StageName"])?),
            ]),
            "AWS::ApiGateway::Resource" => set([
                ("RestApiId", api()?),
                ("ResourceId", self.referred(&json!({"Ref": id}))?),
            ]),
            "AWS::ApiGateway::Method" => set([
                ("RestApiId", api()?),
                ("ResourceId", self.referred(&properties["ResourceId"])?),
                ("HttpMethod", properties["HttpMethod"].clone()),
            ]),
            _ => return None,
        })
    }

    /// The identifier that a reference in the template stands for.
    fn referred(&self, reference: &Value) -> Option<Value> {
        let token = self.template.token(reference)?;
        token::deployed(&token, self.deployed).map(Value::from)
    }

    /// The function's ARN: that of the alias that API Gateway may invoke, without the alias.
    fn function(&self) -> Option<String> {
        let mut resources = self.template.resources();
        let (_, permission) = resources.find(|(id, _)| *id == "Permission")?;
        let alias = self.text(&permission.properties["FunctionName"])?;
        let (function, _) = alias.as_str()?.rsplit_once(':')?;
        Some(function.to_owned())
    }

    fn own(&self, node: NodeId, name: &str) -> Option<Value> {
        self.deployed.get(&node)?.get(name).map(|id| json!(id))
    }

    fn text(&self, value: &Value) -> Option<Value> {
        token::deployed(value.as_str()?, self.deployed).map(Value::from)
    }
}
