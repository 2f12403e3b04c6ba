//! The Lambda function.

mod calls;
mod fields;
mod state;

pub(crate) use calls::once_ready;
pub(crate) use state::State;

use super::queue::Queue;
use super::role::Role;
use super::support::{UNKNOWN, found, gone, required, unknown_or};
use super::versions::describe;
use crate::aws::{AwsError, Kind};
use crate::build::Upload;
use crate::config::settings::FunctionConfiguration;
use crate::engine::{Cx, Error, Field, Owner, Ref, Resource, make_calls};
use crate::tags::Tags;
use aws_sdk_lambda::types::{Architecture, TagsError};

/// The tag that holds the hash of the code as gatewayq uploaded it, so that `status` can tell
/// without building that somebody else changed the code.
const CODE_TAG: &str = "gatewayq:code";
/// The tag that holds IAM's id of the role that the function was made with. Lambda's grant to
/// decrypt the environment is bound to it: with a role that was deleted and created again under the
/// same name every invocation fails, and only another function gets another grant.
const ROLE_TAG: &str = "gatewayq:role-id";
/// The tag that holds the hash of the routes in that code.
const ROUTES_TAG: &str = "gatewayq:routes";

/// The variable that tells the handler its queue.
const QUEUE_URL: &str = "QUEUE_URL";

/// The function as the stack wants it.
pub(crate) struct Function {
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
    pub configuration: FunctionConfiguration,
    /// Whether X-Ray traces each run that API Gateway traces.
    pub tracing: bool,
    /// The hash of the API's definition that the function goes with.
    pub definition: String,
    pub tags: Tags,
    /// Whether gatewayq.toml stops it, which then is nothing to warn of.
    pub is_stopped: bool,
}

/// The code that the function is to have.
pub(crate) enum Code {
    /// The zip that is there before anything is planned.
    Zip(Upload),
    /// Whatever gatewayq uploaded last.
    AsUploaded,
}

const RUNTIME: &str = "provided.al2023";
const HANDLER: &str = "bootstrap";

impl Function {
    fn all_tags(&self, found: Option<&State>) -> Tags {
        let tags = self.tags.clone().with(ROUTES_TAG, &self.routes);
        let tags = match &self.code {
            Code::Zip(upload) => tags.with(CODE_TAG, &code_sha256(upload)),
            Code::AsUploaded => tags,
        };
        let made_with = found.and_then(|found| found.role_id.as_ref());
        match (self.role_id(), &self.role) {
            (Some(id), _) => tags.with(ROLE_TAG, &id),
            // It runs as the user's: when it runs as one of gatewayq's again, that is not the one of this id.
            (None, None) if made_with.is_some() => tags.with(ROLE_TAG, ""),
            (None, _) => tags,
        }
    }

    fn role_id(&self) -> Option<String> {
        Some(self.role.as_ref()?.current()?.id)
    }

    /// The id of the role that the function is to have been made with: another one means that the
    /// role was deleted and created again under the same name.
    fn wanted_role_id(&self, found: Option<&State>) -> Option<String> {
        let made_with = found.and_then(|found| found.role_id.clone());
        let same_role = found.is_some_and(|found| found.role_arn == self.role_arn);
        match (made_with, &self.role) {
            (Some(_), Some(_)) if same_role => Some(unknown_or(self.role_id())),
            (made_with, _) => made_with,
        }
    }

    /// SQS makes a queue's URL from the host that was asked: through a VPC endpoint the same queue has
    /// another one. What the function has stays as long as it names this queue.
    fn wanted_queue_url(&self, found: Option<&State>) -> String {
        let url = unknown_or(self.queue.current().map(|queue| queue.url));
        let has = found.and_then(|found| found.configuration.environment.get(QUEUE_URL));
        match has {
            Some(has) if is_same_queue(has, &url) => has.clone(),
            _ => url,
        }
    }

    fn wanted_code(&self, found: Option<&State>) -> String {
        match (&self.code, found) {
            (Code::Zip(upload), _) => code_sha256(upload),
            (Code::AsUploaded, Some(found)) => {
                let uploaded = found.tags.get(CODE_TAG);
                uploaded.unwrap_or(&found.code_sha256).clone()
            }
            (Code::AsUploaded, None) => UNKNOWN.to_owned(),
        }
    }
}

impl Resource for Function {
    type State = State;

    const FIELDS: &'static [Field<Self>] = fields::FIELDS;

    fn kind(&self) -> &'static str {
        "function"
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let request = cx.lambda.get_function().function_name(&self.name);
        let answer = cx.call("GetFunction", request.send()).await;
        // What is wanted depends on the queue's URL and the role's id.
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
        let tags = answer.tags.unwrap_or_default().into_iter().collect();
        let reserved = answer.concurrency;
        let reserved = reserved.and_then(|it| it.reserved_concurrent_executions);
        Ok(Some(State::new(configuration, tags, reserved)))
    }

    fn owner(&self, found: &State) -> Owner {
        self.tags.owner(&found.tags)
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let mut configuration = self.configuration.clone();
        let url = self.wanted_queue_url(found);
        configuration.environment.insert(QUEUE_URL.to_owned(), url);
        State {
            role_arn: self.role_arn.clone(),
            role_id: self.wanted_role_id(found),
            runtime: RUNTIME.to_owned(),
            handler: HANDLER.to_owned(),
            architecture: self.architecture.as_str().to_owned(),
            configuration,
            tracing: fields::tracing_mode(self.tracing),
            code_sha256: self.wanted_code(found),
            description: describe(&self.definition),
            tags: self.all_tags(found).map(),
            failed: None,
            busy: false,
            reserved: found.and_then(|found| found.reserved),
        }
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let reserved = found
            .reserved
            .map(|it| ("reserved concurrency", it.to_string()));
        reserved.into_iter().collect()
    }

    async fn warnings(&self, _cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let stopped = found.is_some_and(|found| found.reserved == Some(0)) && !self.is_stopped;
        let warning =
            "reserved concurrency is 0: Lambda does not run the function, every request fails";
        Ok(stopped.then(|| warning.to_owned()).into_iter().collect())
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.make(cx, &wanted).await?;
        self.wait_until_ready(cx).await?;
        let role_id = self.role_id();
        Ok(State { role_id, ..wanted })
    }

    /// With another role Lambda makes its grant anew, for that one.
    async fn update(&self, cx: &Cx, found: State, wanted: State) -> Result<State, Error> {
        make_calls(self, cx, &found, &wanted).await?;
        let role_id = self.role_id().or_else(|| wanted.role_id.clone());
        Ok(State { role_id, ..wanted })
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        let request = cx.lambda.delete_function().function_name(&self.name);
        gone(cx.call("DeleteFunction", request.send()).await)
    }

    async fn adopt(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        self.tag(cx, self.tags.clone()).await
    }
}

/// What Lambda will call CodeSha256.
fn code_sha256(upload: &Upload) -> String {
    unknown_or(
        upload
            .artifact()
            .map(|artifact| artifact.code_sha256.clone()),
    )
}

/// Whether two URLs of AWS name one queue, by account and name. An emulator's are not https, and
/// there another port is another server.
fn is_same_queue(one: &str, other: &str) -> bool {
    let queue = |url: &str| {
        let path = url.strip_prefix("https://")?.split_once('/')?.1;
        Some(path.to_owned())
    };
    queue(one).is_some_and(|path| queue(other) == Some(path))
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

#[cfg(test)]
mod tests {
    use super::is_same_queue;

    #[test]
    fn a_queue_is_its_account_and_name() {
        let public = "https://sqs.eu-west-1.amazonaws.com/123456789012/a.fifo";
        let private = "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/123456789012/a.fifo";
        assert!(is_same_queue(public, private));
        assert!(!is_same_queue(public, &private.replace("a.fifo", "b.fifo")));
        assert!(!is_same_queue(
            public,
            &private.replace("123456789012", "210987654321")
        ));
        let local = "http://127.0.0.1:4566/000000000000/a.fifo";
        assert!(!is_same_queue(local, &local.replace("4566", "4567")));
        assert!(!is_same_queue(
            "(known after deploy)",
            "(known after deploy)"
        ));
    }
}
