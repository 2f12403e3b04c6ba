//! gatewayq's commands, by the number of routes.
use std::fmt::Write as _;
use std::process::Command;

use super::measured::{DISTANCES, Figures, spread};
use crate::convergence::bulk::routes;
use crate::convergence::scenario::Scenario;
use crate::support::cli::Cli;
use crate::support::proxy::{Record, Rule};

const COMMANDS: [&str; 7] = [
    "first deploy",
    "deploy, no change",
    "plan, no change",
    "status",
    "deploy, other memory",
    "deploy, half of the routes changed",
    "delete",
];

/// All commands of a project with so many routes.
pub(super) struct Project {
    routes: usize,
    /// By [`COMMANDS`].
    commands: [Figures; 7],
}

/// Takes them, with `rounds` rounds at each distance.
pub(super) fn measure(counts: &[usize], rounds: usize, pace: &str) -> Vec<Project> {
    let mut all = Vec::new();
    for &count in counts {
        let scenario = Scenario::under(&[Rule::PutRestApi { security: true }]);
        scenario.project.configure(&routes(count, 0));
        // The emulator loads each service at its first call.
        deploy(&scenario, pace).ok();
        delete(&scenario, pace).ok();
        let mut commands = Default::default();
        for round in 0..rounds {
            for (distance, far) in DISTANCES.iter().enumerate() {
                eprintln!("{count} routes {round} {far:?}");
                take(&scenario, count, pace, distance, &mut commands);
            }
        }
        all.push(Project {
            routes: count,
            commands,
        });
    }
    all
}

pub(super) fn deploy(scenario: &Scenario, pace: &str) -> Cli {
    let command = scenario.cli(&["deploy", "--stage", "dev"]).prebuilt();
    command.env("GATEWAYQ_PACE", pace)
}

pub(super) fn delete(scenario: &Scenario, pace: &str) -> Cli {
    scenario.delete().env("GATEWAYQ_PACE", pace)
}

/// Every command once, from nothing to nothing.
fn take(scenario: &Scenario, count: usize, pace: &str, distance: usize, all: &mut [Figures; 7]) {
    let plain = routes(count, 0);
    let memory = format!("{plain}\n[function]\nmemory = 512\n");
    let half = format!(
        "{}\n[function]\nmemory = 512\n",
        routes(count, count.div_ceil(2))
    );
    let plan = scenario.cli(&["plan", "--stage", "dev"]).prebuilt();
    let steps: [(&str, Command); 7] = [
        (&plain, deploy(scenario, pace).into_command()),
        (&plain, deploy(scenario, pace).into_command()),
        (&plain, plan.into_command()),
        (&plain, scenario.status().into_command()),
        (&memory, deploy(scenario, pace).into_command()),
        (&half, deploy(scenario, pace).into_command()),
        (&half, delete(scenario, pace).into_command()),
    ];
    for ((config, command), figures) in steps.into_iter().zip(all) {
        scenario.project.configure(config);
        figures.take(&scenario.proxy, distance, &command);
    }
}

/// What does not depend on the machine.
pub(super) fn check(all: &[Project]) {
    let (least, rest) = all.split_first().unwrap();
    for more in rest {
        let pairs = COMMANDS
            .iter()
            .zip(least.commands.iter().zip(&more.commands));
        for (command, (few, many)) in pairs {
            let (few, many): (&Record, &Record) = (&few.record, &many.record);
            match *command {
                // A few routes are made one by one, many in one call.
                "first deploy" => assert!(many.but_looks() <= few.but_looks() + 2, "{few}\n{many}"),
                "deploy, half of the routes changed" => {
                    assert!(many.of("PutRestApi").len() <= 1, "{many}");
                    assert!(many.but_looks() <= 43, "{many}");
                }
                "deploy, other memory" => {
                    assert_eq!(many.but_looks(), few.but_looks(), "{few}\n{many}");
                }
                "delete" => assert!(many.len() <= few.len() + 2, "{few}\n{many}"),
                _ => assert_eq!(many.by_operation(), few.by_operation(), "{command}"),
            }
        }
    }
    for project in all {
        for unchanged in &project.commands[1..4] {
            assert_eq!(unchanged.record.writes().len(), 0, "{}", unchanged.record);
        }
    }
}

pub(super) fn table(all: &[Project]) -> String {
    let mut table = "| | routes | calls | writes | deep | kB sent | s at 0 ms | s at 50 ms |\n\
                     |---|---:|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for (nth, command) in COMMANDS.iter().enumerate() {
        for project in all {
            let figures = &project.commands[nth];
            writeln!(
                table,
                "| {command} | {} | {} | {} | {} | {} |",
                project.routes,
                figures.counts(),
                figures.sent().div_ceil(1000),
                spread(&figures.wall[0]),
                spread(&figures.wall[1]),
            )
            .unwrap();
        }
    }
    table
}
