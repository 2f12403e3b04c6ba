//! The API's resource policy: who may reach it, before any other check.

use super::control_plane::patch_operation;
use super::marks;
use super::rest_api::{RestApi, State as Api};
use super::support::{document, found, gone, parse_document};
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::Names;
use crate::tags::POLICY_TAG;
use aws_sdk_apigateway::types::Op;
use futures::FutureExt;
use serde_json::Value;

/// How a resource of the policy's own API may begin. API Gateway writes the ARN out.
const OWN_API: &str = "execute-api:/";

/// The policy as the stack wants it. It counts from the next deployment on.
pub(crate) struct ResourcePolicy {
    pub api: Ref<RestApi>,
    pub names: Names,
    /// `None` where the stack wants none. One that others set is then left alone.
    pub document: Option<Value>,
}

/// The policy in API Gateway.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// With the API's ARN written out.
    document: Value,
}

const UPDATE: Call<ResourcePolicy> = Call {
    operation: "UpdateRestApi",
    run: |policy, cx, _, wanted| policy.set(cx, wanted.document.to_string()).boxed(),
};

impl ResourcePolicy {
    /// An API that was made with the tag, or got it, is looked at; no other is asked for anything.
    fn is_marked(&self, api: &Api) -> bool {
        self.document.is_some() || api.is_marked(POLICY_TAG)
    }

    /// An empty text takes it away (API Gateway API reference, "Patch operations").
    async fn set(&self, cx: &Cx, text: String) -> Result<(), Error> {
        let operation = patch_operation(Op::Replace, "/policy", Some(text));
        let request = cx.apigateway.update_rest_api();
        let request = request.rest_api_id(self.api.require()?.id);
        let request = request.patch_operations(operation);
        cx.call("UpdateRestApi", request.send()).await?;
        Ok(())
    }

    fn written_out(&self, mut document: Value, api: &str) -> Value {
        let arn = self.names.arn("execute-api", &format!("{api}/"));
        let statements = match document.get_mut("Statement") {
            Some(Value::Array(all)) => all.as_mut_slice(),
            Some(one) => std::slice::from_mut(one),
            None => &mut [],
        };
        for statement in statements {
            for name in ["Resource", "NotResource"] {
                statement
                    .get_mut(name)
                    .into_iter()
                    .for_each(|it| write_out(it, &arn));
            }
        }
        document
    }
}

fn write_out(resource: &mut Value, arn: &str) {
    match resource {
        Value::Array(all) => all.iter_mut().for_each(|one| write_out(one, arn)),
        Value::String(text) => {
            if let Some(path) = text.strip_prefix(OWN_API) {
                *text = format!("{arn}{path}");
            }
        }
        _ => {}
    }
}

impl Resource for ResourcePolicy {
    type State = State;

    const FIELDS: &'static [Field<Self>] =
        &[document("policy", |s| Some(&s.document), Set::By(&UPDATE))];

    fn kind(&self) -> &'static str {
        "resource policy"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let api = self.api.observed().await?;
        let Some(api) = api.filter(|api| self.is_marked(api)) else {
            return Ok(None);
        };
        let request = cx.apigateway.get_rest_api().rest_api_id(&api.id);
        let answer = found(cx.call("GetRestApi", request.send()).await)?;
        let policy = answer.and_then(|answer| answer.policy);
        let policy = policy.filter(|policy| !policy.is_empty());
        let document = policy.map(|policy| self.written_out(unescaped(&policy), &api.id));
        // Taken away, and not the tag: that is still to be done.
        let gone = || (!self.is_wanted()).then_some(Value::Null);
        Ok(document.or_else(gone).map(|document| State { document }))
    }

    fn is_wanted(&self) -> bool {
        self.document.is_some()
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        let document = self.document.clone().unwrap_or_default();
        let document = match self.api.current() {
            Some(api) => self.written_out(document, &api.id),
            None => document,
        };
        State { document }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.set(cx, wanted.document.to_string()).await?;
        Ok(wanted)
    }

    /// The tag tells that it has to be looked for, so it changes last.
    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        gone(self.set(cx, String::new()).await)?;
        marks::take_off_api(cx, &self.names, &self.api, POLICY_TAG).await
    }
}

/// API Gateway gives a policy back as the inside of a JSON string.
fn unescaped(policy: &str) -> Value {
    let text = serde_json::from_str::<String>(&format!("\"{policy}\""));
    parse_document(text.as_deref().unwrap_or(policy))
}
