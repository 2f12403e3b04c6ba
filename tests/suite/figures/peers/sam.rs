//! SAM: gatewayq's function behind a template. The emulator takes it only with SAM's translator beside it.
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::{Tool, another_program, at, path, pinned};
use crate::support::boto::Place;
use crate::support::handler;
use crate::support::python::Python;

const REQUIREMENTS: &str = include_str!("requirements-sam.txt");

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub "shop-${Stage}.fifo", FifoQueue: true}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Name: !Sub "shop-${Stage}"
      StageName: !Ref Stage
      EndpointConfiguration: {Type: REGIONAL}
      Auth:
        DefaultAuthorizer: AWS_IAM
        ApiKeyRequired: true
        UsagePlan: {CreateUsagePlan: PER_API}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "shop-${Stage}"
      CodeUri: code/
      Handler: bootstrap
      Runtime: provided.al2023
      Policies:
        - SQSSendMessagePolicy: {QueueName: !GetAtt Queue.QueueName}
      Events:
"#;

/// ministack with the translator.
pub(super) fn emulator() -> Python {
    Python::ready(include_str!("requirements-emulator.txt"))
}

pub(super) struct Sam {
    python: Python,
    folder: TempDir,
}

impl Sam {
    pub(super) fn new() -> Self {
        Self {
            python: Python::ready(REQUIREMENTS),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn command(&self, place: &Place, verb: &str, stage: &str) -> Command {
        let mut command = Command::new(self.python.interpreter());
        command
            .arg(self.python.bin().join("sam"))
            .args([verb, "--region", &place.region])
            .arg(format!("--stack-name=shop-{stage}"))
            .current_dir(self.folder.path());
        at(&mut command, place, self.folder.path());
        command.env("SAM_CLI_TELEMETRY", "0");
        command
    }
}

impl Tool for Sam {
    fn name(&self) -> &'static str {
        "SAM"
    }

    fn version(&self) -> String {
        format!("SAM {}", pinned(REQUIREMENTS, "aws-sam-cli"))
    }

    fn prepare(&self, routes: usize) {
        let code = self.folder.path().join("code");
        fs::create_dir_all(&code).unwrap();
        fs::copy(handler::bootstrap(), code.join("bootstrap")).unwrap();
        let mut template = TEMPLATE.to_owned();
        for nth in 0..routes {
            let path = path(nth);
            writeln!(
                template,
                "        R{nth}: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: {path}, Method: get}}}}"
            )
            .unwrap();
        }
        fs::write(self.folder.path().join("template.yaml"), template).unwrap();
    }

    fn change(&self, nth: usize) {
        another_program(&self.folder.path().join("code/bootstrap"), nth);
    }

    fn deploy(&self, place: &Place, stage: &str) -> Command {
        let mut command = self.command(place, "deploy", stage);
        command
            .args(["--resolve-s3", "--no-progressbar", "--no-confirm-changeset"])
            .arg("--no-fail-on-empty-changeset")
            .args(["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
            .arg("--parameter-overrides")
            .arg(format!("Stage={stage}"));
        command
    }

    fn delete(&self, place: &Place, stage: &str) -> Command {
        let mut command = self.command(place, "delete", stage);
        command.arg("--no-prompts");
        command
    }
}
