//! osls, the Serverless Framework as its community goes on with it: gatewayq's function behind serverless.yml.
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::{Tool, another_program, at, kept, path, source};
use crate::support::boto::Place;
use crate::support::handler;

const PACKAGE: &str = include_str!("package.json");

const SERVICE: &str = r"service: shop
provider:
  name: aws
  runtime: provided.al2023
  endpointType: REGIONAL
  apiGateway:
    apiKeys: ['shop-${sls:stage}']
    usagePlan: {throttle: {rateLimit: 10, burstLimit: 5}}
  iam:
    role:
      statements:
        - {Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}
package: {patterns: ['!**', bootstrap]}
resources:
  Resources:
    Queue:
      Type: AWS::SQS::Queue
      Properties: {QueueName: 'shop-${sls:stage}.fifo', FifoQueue: true}
functions:
  handler:
    handler: bootstrap
    events:
";

pub(super) struct Osls {
    /// Where npm put it.
    modules: PathBuf,
    folder: TempDir,
}

impl Osls {
    /// npm installs what the lock names, once.
    pub(super) fn new() -> Self {
        let modules = kept("npm");
        if !modules.join("node_modules/.bin/osls").exists() {
            for name in ["package.json", "package-lock.json"] {
                fs::copy(source(name), modules.join(name)).unwrap();
            }
            let mut install = Command::new("npm");
            install.args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"]);
            let done = install
                .current_dir(&modules)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&done.stderr);
            assert!(done.status.success(), "{told}");
        }
        Self {
            modules,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn command(&self, place: &Place, verb: &str, stage: &str) -> Command {
        let mut command = Command::new("/usr/bin/env");
        command
            .arg("node")
            .arg(self.modules.join("node_modules/.bin/osls"))
            .args([verb, "--stage", stage, "--region", &place.region])
            .current_dir(self.folder.path());
        at(&mut command, place, self.folder.path());
        command
            .env("SLS_TELEMETRY_DISABLED", "1")
            .env("SLS_NOTIFICATIONS_MODE", "off");
        command
    }
}

impl Tool for Osls {
    fn name(&self) -> &'static str {
        "Serverless (osls)"
    }

    fn version(&self) -> String {
        let package: Value = serde_json::from_str(PACKAGE).unwrap();
        let version = package["dependencies"]["osls"].as_str().unwrap();
        format!("osls {version}")
    }

    fn prepare(&self, routes: usize) {
        fs::copy(handler::bootstrap(), self.folder.path().join("bootstrap")).unwrap();
        let mut service = SERVICE.to_owned();
        for nth in 0..routes {
            let path = path(nth);
            writeln!(
                service,
                "      - http: {{path: {path}, method: get, private: true, authorizer: aws_iam}}"
            )
            .unwrap();
        }
        fs::write(self.folder.path().join("serverless.yml"), service).unwrap();
    }

    fn change(&self, nth: usize) {
        another_program(&self.folder.path().join("bootstrap"), nth);
    }

    fn deploy(&self, place: &Place, stage: &str) -> Command {
        self.command(place, "deploy", stage)
    }

    fn delete(&self, place: &Place, stage: &str) -> Command {
        self.command(place, "remove", stage)
    }
}
