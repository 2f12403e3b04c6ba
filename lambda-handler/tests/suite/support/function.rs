//! The real `bootstrap` between a Lambda Runtime API endpoint and an SQS, both of the test.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::http::{Reaction, Request, serve};

/// The calls that SQS has seen: operation and parameters.
pub(crate) type Calls = Arc<Mutex<Vec<(String, Value)>>>;

pub(crate) struct Function {
    process: Child,
    events: Sender<Value>,
    answers: Receiver<Value>,
    pub calls: Calls,
    _folder: Folder,
}

/// A folder with `routes.json`, removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(routes: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gatewayq-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("routes.json"), routes).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Function {
    /// Starts the function; `sqs` answers the n-th call (from 0) with its operation and
    /// parameters. `deadline` is the time that Lambda gives each event.
    pub(crate) fn start(
        deadline: Duration,
        sqs: impl Fn(usize, &str, &Value) -> Reaction + Send + Sync + 'static,
    ) -> Self {
        Self::with_routes(super::ROUTES, deadline, sqs)
    }

    /// The same with other routes; DynamoDB is where SQS is.
    pub(crate) fn with_routes(
        routes: &str,
        deadline: Duration,
        sqs: impl Fn(usize, &str, &Value) -> Reaction + Send + Sync + 'static,
    ) -> Self {
        let calls = Calls::default();
        let seen = Arc::clone(&calls);
        let sqs = serve(move |request| {
            let operation = operation(request);
            let parameters: Value = serde_json::from_str(&request.body).unwrap();
            let count = {
                let mut seen = seen.lock().unwrap();
                seen.push((operation.clone(), parameters.clone()));
                seen.len() - 1
            };
            sqs(count, &operation, &parameters)
        });
        let (events, next) = channel();
        let (answer, answers) = channel();
        let api = runtime_api(deadline, next, answer);
        let folder = Folder::new(routes);
        let process = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
            .env_clear()
            .envs([
                ("AWS_LAMBDA_FUNCTION_NAME", "f"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
                ("AWS_LAMBDA_RUNTIME_API", api.as_str()),
                ("AWS_REGION", "eu-west-1"),
                ("AWS_ACCESS_KEY_ID", "AKID"),
                ("AWS_SECRET_ACCESS_KEY", "the-secret"),
                ("AWS_SESSION_TOKEN", "the-token"),
                ("AWS_ENDPOINT_URL", &format!("http://{sqs}")),
                ("QUEUE_URL", &format!("http://{sqs}/000000000000/q.fifo")),
            ])
            .env("LAMBDA_TASK_ROOT", &folder.0)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            process,
            events,
            answers,
            calls,
            _folder: folder,
        }
    }

    /// Sends an event and waits for the answer.
    pub(crate) fn send(&self, event: &Value) -> Value {
        self.events.send(event.clone()).unwrap();
        self.answers.recv_timeout(Duration::from_secs(40)).unwrap()
    }

    /// Sends one POST and waits for the answer: status and body.
    pub(crate) fn post(&self, resource: &str, body: &Value) -> (u64, Value) {
        let event = json!({
            "resource": resource, "httpMethod": "POST", "body": body.to_string(),
            "requestContext": {"requestId": "api-request"},
        });
        let answer = self.send(&event);
        assert_eq!(answer["headers"]["content-type"], "application/json");
        let body = answer["body"].as_str().unwrap();
        (
            answer["statusCode"].as_u64().unwrap(),
            serde_json::from_str(body).unwrap(),
        )
    }

    /// Ends the function; what it wrote to its log, line by line.
    pub(crate) fn log(mut self) -> Vec<Value> {
        self.process.kill().unwrap();
        let mut text = String::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert!(
            !text.contains("the-secret") && !text.contains("the-token"),
            "{text}"
        );
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn operation(request: &Request) -> String {
    let target = request.header("x-amz-target").unwrap();
    target.rsplit('.').next().unwrap().to_owned()
}

fn runtime_api(deadline: Duration, next: Receiver<Value>, answer: Sender<Value>) -> String {
    let (next, answer) = (Mutex::new(next), Mutex::new(answer));
    serve(move |request| {
        if request.method == "GET" {
            return match next.lock().unwrap().recv() {
                Ok(event) => Reaction::Reply(200, event_headers(deadline), event.to_string()),
                Err(_) => Reaction::Cut,
            };
        }
        let body = serde_json::from_str(&request.body).unwrap();
        let _ = answer.lock().unwrap().send(body);
        Reaction::Reply(202, Vec::new(), String::new())
    })
}

fn event_headers(deadline: Duration) -> Vec<(&'static str, String)> {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + deadline;
    vec![
        ("lambda-runtime-aws-request-id", "lambda-request".to_owned()),
        (
            "lambda-runtime-deadline-ms",
            deadline.as_millis().to_string(),
        ),
    ]
}
