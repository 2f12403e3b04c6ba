//! gatewayq itself, as one tool among others.
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use super::{LIMIT, Tool, another_program, path};
use crate::support::boto::Place;
use crate::support::handler;
use crate::support::project::Project;

pub(in super::super) struct Gatewayq {
    project: Project,
    /// At the pace that API Gateway's quotas ask for, as on AWS.
    paced: bool,
}

impl Gatewayq {
    pub(in super::super) fn new(paced: bool) -> Self {
        let project = Project::new("");
        Self { project, paced }
    }

    fn command(&self, place: &Place, args: &[&str]) -> Command {
        let pace = if self.paced { "1" } else { "0.01" };
        let command = self.project.command(args.iter().copied()).at(place);
        command
            .env("GATEWAYQ_PACE", pace)
            .limit(LIMIT)
            .into_command()
    }
}

impl Tool for Gatewayq {
    fn name(&self) -> &'static str {
        "gatewayq"
    }

    fn version(&self) -> String {
        // `gatewayq 0.1.0 (1a2b…) for x86_64-…`, of which the processor stands beside it.
        let output = self.project.command(["version"]).into_command().output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        let version = text.lines().next().unwrap();
        version.split(" for ").next().unwrap().to_owned()
    }

    fn prepare(&self, routes: usize) {
        let mut config = "[app]\nname = \"shop\"\n".to_owned();
        for nth in 0..routes {
            let path = path(nth);
            write!(
                config,
                "\n[[route]]\nmethod = \"GET\"\npath = \"{path}\"\ntask = \"tasks.add\"\nargs = [2, 2]\n"
            )
            .unwrap();
        }
        self.project.configure(&config);
        fs::copy(handler::bootstrap(), self.project.path("bootstrap")).unwrap();
    }

    fn change(&self, nth: usize) {
        another_program(&self.project.path("bootstrap"), nth);
    }

    fn deploy(&self, place: &Place, stage: &str) -> Command {
        self.command(
            place,
            &["deploy", "--stage", stage, "--bootstrap", "bootstrap"],
        )
    }

    fn delete(&self, place: &Place, stage: &str) -> Command {
        self.command(place, &["delete", "--stage", stage, "--yes"])
    }
}
