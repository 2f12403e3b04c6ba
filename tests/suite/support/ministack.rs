//! A ministack of a test's own: 0.4 s to start, gone with the test.
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::boto::{Credentials, Place};
use super::inventory::Inventory;
use super::python::{self, Python};
use super::{ports, recorder, wait, workspace};

/// The region of tests that are not about regions.
pub(crate) const REGION: &str = "eu-west-1";
/// ministack takes an access key id of 12 digits for the administrator (root) of the account with that number.
pub(crate) const ACCOUNT: &str = "111122223333";

const START_LIMIT: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 20;

/// A running emulator with authorisation on: signatures and IAM policies are checked.
pub(crate) struct Ministack {
    child: Child,
    folder: TempDir,
    port: u16,
    secret: String,
    /// Whether it was seen to answer.
    serves: bool,
}

impl Ministack {
    /// Starts one on a free port and waits until it answers.
    pub(crate) fn start() -> Self {
        Self::start_in(python::main())
    }

    /// The same in another Python environment that has ministack.
    pub(crate) fn start_in(python: &Python) -> Self {
        let mut log = String::new();
        for _ in 0..ATTEMPTS {
            let mut starting = Self::launch(ports::free(), python);
            if starting.becomes_ready() {
                starting.serves = true;
                return starting;
            }
            log = starting.log();
        }
        panic!("no ministack started in {ATTEMPTS} attempts: {log}");
    }

    fn launch(port: u16, python: &Python) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("gatewayq-ministack-")
            .tempdir()
            .unwrap();
        let secret = new_secret(port);
        recorder::forbid(&secret);
        let child = spawn(folder.path(), port, &secret, python);
        Self {
            child,
            folder,
            port,
            secret,
            serves: false,
        }
    }

    /// Its own log has to say that it listens: on the port alone, another test's server could answer. False when it
    /// ended instead, as it does where the port was taken meanwhile.
    fn becomes_ready(&mut self) -> bool {
        let listens = format!("Running on http://127.0.0.1:{}", self.port);
        wait::until("ministack to start", START_LIMIT, || {
            if self.log().contains(&listens) && self.healthy() {
                return Some(true);
            }
            self.child.try_wait().unwrap().map(|_| false)
        })
    }

    fn healthy(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) else {
            return false;
        };
        let request =
            b"GET /_ministack/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let mut answer = String::new();
        stream.write_all(request).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.contains(r#""auth": "enabled""#)
    }

    /// The port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL that clients are given as `AWS_ENDPOINT_URL`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The account's administrator, whom no policy binds.
    pub(crate) fn admin(&self) -> Credentials {
        self.root_of(ACCOUNT)
    }

    /// The administrator of another account (12 digits) in the same emulator.
    pub(crate) fn root_of(&self, account: &str) -> Credentials {
        Credentials {
            access_key_id: account.to_owned(),
            secret_access_key: self.secret.clone(),
            session_token: None,
        }
    }

    /// The emulator as its administrator sees it in [`REGION`], through boto3.
    pub(crate) fn aws(&self) -> Place {
        Place {
            endpoint: self.endpoint(),
            region: REGION.to_owned(),
            credentials: self.admin(),
        }
    }

    /// Short for `aws().call(…)`.
    #[track_caller]
    pub(crate) fn call(&self, service: &str, operation: &str, params: Value) -> Value {
        self.aws().call(service, operation, params)
    }

    /// All that is there, in [`REGION`].
    pub(crate) fn inventory(&self) -> Inventory {
        Inventory::take(&self.aws())
    }

    /// A new IAM user who may do what the policy (a JSON document) says and nothing else.
    pub(crate) fn create_user(&self, name: &str, policy: &Value) -> Credentials {
        self.call("iam", "CreateUser", json!({"UserName": name}));
        self.set_user_policy(name, policy);
        let made = self.call("iam", "CreateAccessKey", json!({"UserName": name}));
        let text = |key: &str| made["AccessKey"][key].as_str().unwrap().to_owned();
        let secret_access_key = text("SecretAccessKey");
        recorder::forbid(&secret_access_key);
        Credentials {
            access_key_id: text("AccessKeyId"),
            secret_access_key,
            session_token: None,
        }
    }

    /// Gives a user of [`Ministack::create_user`] another policy in place of the first.
    pub(crate) fn set_user_policy(&self, name: &str, policy: &Value) {
        let params = json!({
            "UserName": name, "PolicyName": "only", "PolicyDocument": policy.to_string(),
        });
        self.call("iam", "PutUserPolicy", params);
    }

    /// Makes the values of the API keys that are there secrets: not printed so far, and not from now on.
    #[track_caller]
    pub(crate) fn forbid_api_keys(&self) {
        let keys = self.call("apigateway", "GetApiKeys", json!({"includeValues": true}));
        let values = keys["items"].as_array().into_iter().flatten();
        for value in values.filter_map(|key| key["value"].as_str()) {
            recorder::forbid(value);
        }
        let printed = recorder::secrets_in(&recorder::recorded());
        assert!(printed.is_empty(), "printed: {printed:?}");
    }

    /// The values of the API keys that are left must be in nothing that any test printed so far.
    fn search_for_api_keys(&self) {
        let asked = json!({"includeValues": true});
        let Ok(keys) = self.aws().try_call("apigateway", "GetApiKeys", asked) else {
            return;
        };
        let values: Vec<&str> = keys["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|key| key["value"].as_str())
            .collect();
        if values.is_empty() {
            return;
        }
        let printed = recorder::recorded();
        let printed = String::from_utf8_lossy(&printed);
        let found = values.iter().find(|value| printed.contains(**value));
        assert!(found.is_none(), "a key's value was printed: {found:?}");
    }

    /// What the emulator printed so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Ministack {
    /// The group holds the functions that it runs as children, too.
    fn drop(&mut self) {
        if self.serves && !std::thread::panicking() {
            self.search_for_api_keys();
        }
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// Every file and socket that it has is told here; its own defaults are /tmp and all interfaces.
fn spawn(folder: &Path, port: u16, secret: &str, python: &Python) -> Child {
    let log = File::create(folder.join("log")).unwrap();
    let mut child = python
        .command([workspace().join("tests/suite/support/python/serve.py")])
        .current_dir(folder)
        .envs([
            ("AUTH", "true"),
            ("BIND_HOST", "127.0.0.1"),
            ("IOT_MTLS_ENABLED", "0"),
        ])
        .envs([("HOME", folder), ("TMPDIR", folder)])
        .env("STATE_DIR", folder.join("state"))
        .env("S3_DATA_DIR", folder.join("s3"))
        .env("GATEWAY_PORT", port.to_string())
        .env("MINISTACK_REGION", REGION)
        .stdin(Stdio::piped())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .process_group(0)
        .spawn()
        .unwrap();
    // It stays open: the emulator ends with it.
    let input = child.stdin.as_mut().unwrap();
    let _ = writeln!(input, "{secret}");
    child
}

/// Different for each emulator and easy to search for in what the program prints.
fn new_secret(port: u16) -> String {
    let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    format!("adminSecret{:08x}{port}{nanos:024x}", std::process::id())
}
