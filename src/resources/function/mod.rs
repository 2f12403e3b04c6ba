//! The Lambda function.

mod ready;
mod state;

pub use state::State;

use super::queue::Queue;
use super::role::Role;
use super::support::{found, gone, required, touches, touches_tags};
use crate::aws::{AwsError, Kind};
use crate::engine::{Change, Cx, Error, Owner, Ref, Resource};
use crate::names::Tags;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Architecture, Environment, FunctionCode, Runtime, TagsError};
use state::state_of;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The tag that holds the hash of the code as gatewayq uploaded it, so that `status` can tell
/// without building that somebody else changed the code.
const CODE_TAG: &str = "gatewayq:code";
/// The tag that holds IAM's id of the role that the function was made with. Lambda's grant to
/// decrypt the environment is bound to it: with a role that was deleted and made anew under the
/// same name every invocation fails, and only another function gets another grant.
const ROLE_TAG: &str = "gatewayq:role-id";
/// The tag that holds the hash of the routes in that code.
const ROUTES_TAG: &str = "gatewayq:routes";

/// The function as the stack wants it.
pub struct Function {
    pub name: String,
    pub arn: String,
    pub role_arn: String,
    /// The role to wait for; none where the user brings one.
    pub role: Option<Ref<Role>>,
    pub queue: Ref<Queue>,
    pub code: Code,
    /// Hash of the routes that the code is to hold.
    pub routes: String,
    pub architecture: Architecture,
    /// MB.
    pub memory: i32,
    /// Seconds.
    pub timeout: i32,
    pub environment: BTreeMap<String, String>,
    pub tags: Tags,
}

/// The code that the function is to have.
pub enum Code {
    /// This zip; its base64 SHA-256 is what Lambda calls CodeSha256.
    Zip { bytes: Arc<Vec<u8>>, sha256: String },
    /// Whatever gatewayq uploaded last.
    AsUploaded,
}

const RUNTIME: &str = "provided.al2023";
const HANDLER: &str = "bootstrap";

/// Configuration fields, as against code and tags.
const CONFIGURATION: [&str; 7] = [
    "Role",
    "Runtime",
    "Handler",
    "MemorySize",
    "Timeout",
    "Environment",
    "State",
];

impl Function {
    fn variables(&self) -> Result<HashMap<String, String>, Error> {
        let mut variables: HashMap<String, String> = self.environment.clone().into_iter().collect();
        variables.insert("QUEUE_URL".to_owned(), self.queue.require()?.url);
        Ok(variables)
    }

    fn environment(&self) -> Result<Environment, Error> {
        Ok(Environment::builder()
            .set_variables(Some(self.variables()?))
            .build())
    }

    fn all_tags(&self) -> Tags {
        let tags = self.tags.clone().with(ROUTES_TAG, &self.routes);
        let tags = match &self.code {
            Code::Zip { sha256, .. } => tags.with(CODE_TAG, sha256),
            Code::AsUploaded => tags,
        };
        match self.role_id() {
            Some(id) => tags.with(ROLE_TAG, &id),
            None => tags,
        }
    }

    fn role_id(&self) -> Option<String> {
        Some(self.role.as_ref()?.current()?.id)
    }

    /// A role made anew under the name of the one that the function was made with.
    fn role_change(&self, state: &State) -> Option<Change> {
        self.role.as_ref()?;
        let before = state.tags.get(ROLE_TAG)?;
        let unknown = || "(known after deploy)".to_owned();
        let change = Change::between(
            "RoleId",
            Some(before),
            &self.role_id().unwrap_or_else(unknown),
        );
        change
            .filter(|_| state.role_arn == self.role_arn)
            .map(Change::replacing_freely)
    }

    fn code_change(&self, state: &State) -> Option<Change> {
        let uploaded = state.tags.get(CODE_TAG);
        let wanted = match &self.code {
            Code::Zip { sha256, .. } => Some(sha256),
            Code::AsUploaded => uploaded,
        };
        Change::between("CodeSha256", Some(&state.code_sha256), wanted?)
    }

    fn environment_changes(&self, state: &State) -> Vec<Change> {
        // The queue's URL is not known while the queue is not there; it comes with it.
        let mut wanted: BTreeMap<&String, &String> = self.environment.iter().collect();
        let (key, url) = (
            "QUEUE_URL".to_owned(),
            self.queue.current().map(|queue| queue.url),
        );
        let unknown = "(known after deploy)".to_owned();
        wanted.insert(&key, url.as_ref().unwrap_or(&unknown));
        let changed = |(key, value): (&&String, &&String)| {
            Change::between(
                &format!("Environment {key}"),
                state.environment.get(*key),
                *value,
            )
        };
        let extra = state
            .environment
            .iter()
            .filter(|(key, _)| !wanted.contains_key(key));
        let removed =
            extra.map(|(key, value)| Change::removed(format!("Environment {key}"), value));
        wanted.iter().filter_map(changed).chain(removed).collect()
    }

    fn zip(&self) -> Result<Blob, Error> {
        match &self.code {
            Code::Zip { bytes, .. } => Ok(Blob::new(bytes.as_slice())),
            Code::AsUploaded => Err(Error::Refused(
                "the code can only be put right by a deploy".to_owned(),
            )),
        }
    }

    async fn update_configuration(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .lambda
            .update_function_configuration()
            .function_name(&self.name)
            .role(&self.role_arn)
            .runtime(Runtime::from(RUNTIME))
            .handler(HANDLER)
            .memory_size(self.memory)
            .timeout(self.timeout)
            .environment(self.environment()?);
        cx.call("UpdateFunctionConfiguration", request.send())
            .await?;
        self.wait_until_ready(cx).await
    }

    async fn update_code(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .lambda
            .update_function_code()
            .function_name(&self.name)
            .architectures(self.architecture.clone())
            .zip_file(self.zip()?);
        cx.call("UpdateFunctionCode", request.send()).await?;
        self.wait_until_ready(cx).await
    }

    async fn tag(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .lambda
            .tag_resource()
            .resource(&self.arn)
            .set_tags(Some(self.all_tags().map()));
        cx.call("TagResource", request.send()).await?;
        Ok(())
    }

    fn wanted_state(&self) -> Result<State, Error> {
        let code_sha256 = match &self.code {
            Code::Zip { sha256, .. } => sha256.clone(),
            Code::AsUploaded => String::new(),
        };
        Ok(State {
            arn: self.arn.clone(),
            role_arn: self.role_arn.clone(),
            runtime: RUNTIME.to_owned(),
            handler: HANDLER.to_owned(),
            architecture: self.architecture.as_str().to_owned(),
            memory: self.memory,
            timeout: self.timeout,
            environment: self.variables()?,
            code_sha256,
            tags: self.all_tags().map(),
            failed: None,
            busy: false,
        })
    }
}

impl Resource for Function {
    type State = State;

    fn kind(&self) -> &'static str {
        "function"
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let answer = cx
            .call(
                "GetFunction",
                cx.lambda.get_function().function_name(&self.name).send(),
            )
            .await;
        // The diff compares with the queue's URL and the role's id.
        self.queue.observed().await?;
        if let Some(role) = &self.role {
            role.observed().await?;
        }
        let Some(answer) = found(answer)? else {
            return Ok(None);
        };
        if let Some(error) = answer.tags_error {
            return Err(tags_unknown(&error));
        }
        let configuration = required(answer.configuration, "Configuration")?;
        Ok(Some(state_of(
            configuration,
            answer.tags.unwrap_or_default(),
        )))
    }

    fn owner(&self, state: &State) -> Owner {
        self.tags.owner(&state.tags)
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.all_tags().diff(&state.tags);
        changes.extend(self.role_change(state));
        changes.extend(self.code_change(state));
        changes.extend(Change::between(
            "Architectures",
            Some(&state.architecture),
            &self.architecture.as_str().to_owned(),
        ));
        changes.extend(Change::between(
            "Role",
            Some(&state.role_arn),
            &self.role_arn,
        ));
        changes.extend(Change::between(
            "Runtime",
            Some(&state.runtime),
            &RUNTIME.to_owned(),
        ));
        changes.extend(Change::between(
            "Handler",
            Some(&state.handler),
            &HANDLER.to_owned(),
        ));
        changes.extend(Change::between(
            "MemorySize",
            Some(&state.memory),
            &self.memory,
        ));
        changes.extend(Change::between(
            "Timeout",
            Some(&state.timeout),
            &self.timeout,
        ));
        changes.extend(self.environment_changes(state));
        changes.extend(
            state
                .failed
                .as_ref()
                .map(|reason| Change::new("State", reason, "Active").replacing_freely()),
        );
        changes.extend(
            state
                .busy
                .then(|| Change::new("State", "Pending", "Active")),
        );
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        if let Some(role) = &self.role {
            role.require()?;
        }
        let request = cx
            .lambda
            .create_function()
            .function_name(&self.name)
            .role(&self.role_arn)
            .runtime(Runtime::from(RUNTIME))
            .handler(HANDLER)
            .architectures(self.architecture.clone())
            .memory_size(self.memory)
            .timeout(self.timeout)
            .environment(self.environment()?)
            .code(FunctionCode::builder().zip_file(self.zip()?).build())
            .set_tags(Some(self.all_tags().map()));
        cx.call("CreateFunction", request.send()).await?;
        self.wait_until_ready(cx).await?;
        self.wanted_state()
    }

    async fn update(&self, cx: &Cx, mut state: State, changes: &[Change]) -> Result<State, Error> {
        if state.busy {
            self.wait_until_ready(cx).await?;
        }
        let configured = |change: &Change| {
            CONFIGURATION.contains(&change.field.as_str())
                || change.field.starts_with("Environment ")
        };
        if changes
            .iter()
            .any(|change| configured(change) && change.field != "State")
        {
            self.update_configuration(cx).await?;
        }
        if touches(changes, &["CodeSha256", "Architectures"]) {
            self.update_code(cx).await?;
        }
        if touches_tags(changes) {
            self.tag(cx).await?;
        }
        state = State {
            code_sha256: state.code_sha256.clone(),
            ..self.wanted_state()?
        }
        .with_code_of(&self.code);
        Ok(state)
    }

    async fn delete(&self, cx: &Cx, _state: State) -> Result<(), Error> {
        gone(
            cx.call(
                "DeleteFunction",
                cx.lambda.delete_function().function_name(&self.name).send(),
            )
            .await,
        )
    }

    async fn adopt(&self, cx: &Cx, _state: State) -> Result<(), Error> {
        let request = cx
            .lambda
            .tag_resource()
            .resource(&self.arn)
            .set_tags(Some(self.tags.map()));
        cx.call("TagResource", request.send()).await?;
        Ok(())
    }
}

/// Without its tags nobody can tell whose a function is.
fn tags_unknown(error: &TagsError) -> Error {
    let kind = match error.error_code.contains("AccessDenied") {
        true => Kind::Denied,
        false => Kind::Unavailable,
    };
    Error::Aws(AwsError {
        operation: "GetFunction",
        kind,
        code: error.error_code.clone(),
        message: format!("its tags cannot be read: {}", error.message),
    })
}
