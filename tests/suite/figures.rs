//! What a deploy is made of and how long it takes: the table of docs/benchmarks.md. As a test it takes one round and
//! looks at counts alone; `just bench-deploys` takes several in a release build, and writes the document.
use std::fmt::Write as _;
use std::time::Duration;
use std::{env, fs};

use crate::convergence::bulk::routes;
use crate::convergence::scenario::Scenario;
use crate::support::cli::Cli;
use crate::support::proxy::{Record, Rule};
use crate::support::workspace;

/// Rounds to take, and the word that the document is to be written.
const ROUNDS: &str = "GATEWAYQ_FIGURES";
/// From the emulator itself to as far as AWS is from a laptop.
const DISTANCES: [Duration; 2] = [Duration::ZERO, Duration::from_millis(50)];
const DOCUMENT: &str = "docs/benchmarks.md";

/// One command of a project with so many routes, at one distance.
struct Figures {
    routes: usize,
    command: &'static str,
    /// The calls of the last round.
    record: Record,
    /// Process start to process end, by distance, a value a round.
    took: [Vec<Duration>; 2],
}

#[test]
fn deploys_in_figures() {
    let rounds: Option<usize> = env::var(ROUNDS).ok().map(|rounds| rounds.parse().unwrap());
    let mut all = Vec::new();
    for count in [2, 100] {
        let scenario = Scenario::under(&[Rule::PutRestApi { security: true }]);
        scenario.project.configure(&routes(count, 0));
        // The emulator loads each service at its first call.
        deploy(&scenario).ok();
        delete(&scenario).ok();
        let mut figures = commands(count);
        for _ in 0..rounds.unwrap_or(1) {
            for at in 0..DISTANCES.len() {
                round(&scenario, count, at, &mut figures);
            }
        }
        all.extend(figures);
    }
    let table = table(&all);
    println!("{table}");
    check(&all);
    if rounds.is_some() {
        fs::write(workspace().join(DOCUMENT), document(&table)).unwrap();
    }
}

fn commands(routes: usize) -> Vec<Figures> {
    let names = [
        "first deploy",
        "deploy, no change",
        "plan, no change",
        "status",
        "deploy, other memory",
        "deploy, half of the routes changed",
        "delete",
    ];
    let empty = |command| Figures {
        routes,
        command,
        record: Record::default(),
        took: [Vec::new(), Vec::new()],
    };
    names.into_iter().map(empty).collect()
}

/// The pace that API Gateway's quotas ask for, as on AWS; a hundredth of it where no time is taken.
fn paced(command: Cli) -> Cli {
    let pace = if env::var(ROUNDS).is_ok() {
        "1"
    } else {
        "0.01"
    };
    command
        .env("GATEWAYQ_PACE", pace)
        .limit(Duration::from_secs(300))
}

fn deploy(scenario: &Scenario) -> Cli {
    paced(scenario.cli(&["deploy", "--stage", "dev"]).prebuilt())
}

fn delete(scenario: &Scenario) -> Cli {
    paced(scenario.delete())
}

/// Every command once, from nothing to nothing.
fn round(scenario: &Scenario, count: usize, at: usize, figures: &mut [Figures]) {
    let plain = routes(count, 0);
    let memory = format!("{plain}\n[function]\nmemory = 512\n");
    let other = format!("{}\n[function]\nmemory = 512\n", routes(count, count / 2));
    let steps: [(&str, Cli); 7] = [
        (&plain, deploy(scenario)),
        (&plain, deploy(scenario)),
        (
            &plain,
            paced(scenario.cli(&["plan", "--stage", "dev"]).prebuilt()),
        ),
        (&plain, paced(scenario.status())),
        (&memory, deploy(scenario)),
        (&other, deploy(scenario)),
        (&other, delete(scenario)),
    ];
    for ((config, command), figures) in steps.into_iter().zip(figures) {
        scenario.project.configure(config);
        scenario.proxy.reset();
        scenario.proxy.latency(DISTANCES[at]);
        figures.took[at].push(command.ok().took);
        scenario.proxy.latency(Duration::ZERO);
        figures.record = scenario.proxy.record();
    }
}

/// What does not depend on the machine.
fn check(all: &[Figures]) {
    let find = |routes: usize, command: &str| {
        let mut all = all.iter();
        let found = all.find(|one| one.routes == routes && one.command == command);
        &found.unwrap().record
    };
    for command in ["deploy, no change", "plan, no change", "status"] {
        let (two, hundred) = (find(2, command), find(100, command));
        assert_eq!(two.writes().len(), 0, "{two}");
        assert_eq!(hundred.by_operation(), two.by_operation(), "{command}");
    }
    // Two routes are made one by one, a hundred in one call.
    let (two, hundred) = (find(2, "first deploy"), find(100, "first deploy"));
    assert!(hundred.len() <= two.len() + 5, "{two}\n{hundred}");
    let changed = find(100, "deploy, half of the routes changed");
    assert_eq!(changed.of("PutRestApi").len(), 1, "{changed}");
}

/// The middle, with the least and the most.
fn spread(took: &[Duration]) -> String {
    let mut sorted: Vec<f64> = took.iter().map(Duration::as_secs_f64).collect();
    sorted.sort_by(f64::total_cmp);
    let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
    format!("{:.2} ({least:.2}–{most:.2})", sorted[sorted.len() / 2])
}

fn table(all: &[Figures]) -> String {
    let mut table =
        "| routes | command | calls | writes | deep | kB sent | s at 0 ms | s at 50 ms |\n\
                     |---:|---|---:|---:|---:|---:|---:|---:|\n"
            .to_owned();
    for one in all {
        let sent: usize = one.record.calls.iter().map(|call| call.sent).sum();
        writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            one.routes,
            one.command,
            one.record.len(),
            one.record.writes().len(),
            one.record.depth(),
            sent.div_ceil(1000),
            spread(&one.took[0]),
            spread(&one.took[1]),
        )
        .unwrap();
    }
    table
}

fn document(table: &str) -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut lines = processor.lines();
    let model = lines.find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().unwrap();
    format!(
        "# Benchmarks\n\n\
         What each command is made of and how long it takes, against an emulator that every call is kept from by 0 or\n\
         50 ms, at the pace of API Gateway's quotas, with the handler built beforehand. *Deep* is the longest chain of calls of\n\
         which each waits for the one before. Times are medians of {rounds} rounds, with the least and the most, from the\n\
         process's start to its end; the time that the emulator takes to start the function is in them. Repeat it with\n\n\
         ```sh\njust bench-deploys\n```\n\n\
         {table}\n\
         gatewayq {version}, {cores} cores of {model}. The test suite takes the same table in every run, and asserts what does not\n\
         depend on a machine: that nothing is written where nothing changed, and that a hundred routes make no more calls than two.\n",
        rounds = env::var(ROUNDS).unwrap(),
        version = env!("CARGO_PKG_VERSION"),
    )
}
