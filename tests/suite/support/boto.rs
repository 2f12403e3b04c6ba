//! boto3, through a Python child that answers JSON lines: a client of AWS that shares no code with the program.
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Mutex;

use serde_json::{Value, json};

use super::python;
use super::workspace;

/// Where a call goes, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub endpoint: String,
    pub region: String,
    pub credentials: Credentials,
}

/// An access key pair, with a session token when it is temporary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
}

/// What AWS answered instead of a result. `status` is 0 when there was no answer at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub code: String,
    pub message: String,
    pub status: u64,
}

impl Place {
    /// Calls an operation by AWS's own names, as in `call("sqs", "CreateQueue", json!({"QueueName": "q"}))`. A paged
    /// operation is read to its end.
    pub(crate) fn try_call(
        &self,
        service: &str,
        operation: &str,
        params: Value,
    ) -> Result<Value, Refused> {
        let request = json!({
            "endpoint": self.endpoint,
            "region": self.region,
            "access_key_id": self.credentials.access_key_id,
            "secret_access_key": self.credentials.secret_access_key,
            "session_token": self.credentials.session_token,
            "service": service,
            "operation": operation,
            "params": params,
        });
        outcome(&answer(&request))
    }

    /// As [`Place::try_call`], for calls that have to succeed.
    #[track_caller]
    pub(crate) fn call(&self, service: &str, operation: &str, params: Value) -> Value {
        self.try_call(service, operation, params)
            .unwrap_or_else(|refused| panic!("{service} {operation}: {refused:?}"))
    }

    /// The same place as somebody else.
    pub(crate) fn acting_as(&self, credentials: &Credentials) -> Self {
        Self {
            credentials: credentials.clone(),
            ..self.clone()
        }
    }

    /// The same account in another region.
    pub(crate) fn in_region(&self, region: &str) -> Self {
        Self {
            region: region.to_owned(),
            ..self.clone()
        }
    }
}

fn outcome(answer: &Value) -> Result<Value, Refused> {
    let Some(error) = answer.get("error") else {
        return Ok(answer["ok"].clone());
    };
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    Err(Refused {
        code: text("code"),
        message: text("message"),
        status: error["status"].as_u64().unwrap_or_default(),
    })
}

/// A Python child. It ends by itself when its standard input does.
struct Interpreter {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Idle children: tests that run side by side don't wait for each other's calls.
static IDLE: Mutex<Vec<Interpreter>> = Mutex::new(Vec::new());

fn answer(request: &Value) -> Value {
    let idle = IDLE.lock().unwrap().pop();
    let mut interpreter = idle.unwrap_or_else(Interpreter::start);
    let answer = interpreter.ask(request);
    IDLE.lock().unwrap().push(interpreter);
    answer
}

impl Interpreter {
    fn start() -> Self {
        let script = workspace().join("tests/suite/support/python/boto.py");
        let mut child = python::main()
            .command([script])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let requests = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            requests,
            answers,
        }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("boto.py {} ended", self.child.id()))
    }
}
