//! gatewayq beside the tools that deploy the same stack, as far as each can: one function, one REST API whose routes ask
//! for a signature and an API key. Every call of all of them goes through the one proxy to the one emulator.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::measured::{DISTANCES, Figures};
use crate::support::boto::Place;
use crate::support::ministack::Ministack;
use crate::support::proxy::{Proxy, Rule};
use crate::support::{target_dir, workspace};

mod chalice;
mod gatewayq;
mod left;
mod osls;
mod sam;
mod table;

pub(super) use chalice::Chalice;
pub(super) use gatewayq::Gatewayq;
pub(super) use left::named;
pub(super) use table::{rows, table};

/// What each does, in this order. The second stage goes again after the last, unmeasured.
pub(super) const STEPS: [&str; 5] = [
    "first deploy",
    "no change",
    "code change",
    "second stage",
    "delete",
];

/// A tool with a project of its own.
pub(super) trait Tool {
    fn name(&self) -> &'static str;
    /// With its version.
    fn version(&self) -> String;
    /// Writes the project with so many routes, as if it had never been deployed.
    fn prepare(&self, routes: usize);
    /// Makes the function's code another one; `nth` is a number that was not there before.
    fn change(&self, nth: usize);
    fn deploy(&self, place: &Place, stage: &str) -> Command;
    fn delete(&self, place: &Place, stage: &str) -> Command;
}

/// One tool's figures with so many routes.
pub(super) struct Row {
    pub tool: &'static str,
    pub version: String,
    pub routes: usize,
    /// By [`STEPS`].
    pub steps: [Figures; 5],
    /// What there is after the deletes that was not there before.
    pub left: Vec<String>,
}

/// An emulator with a proxy that has what gatewayq and Chalice ask for and the emulator lacks.
pub(super) struct Account {
    pub ms: Ministack,
    pub proxy: Proxy,
}

impl Account {
    pub(super) fn of(ms: Ministack) -> Self {
        let proxy = Proxy::start(&ms);
        proxy.rule(Rule::OverwriteTaken);
        proxy.rule(Rule::PutRestApi { security: true });
        Self { ms, proxy }
    }

    pub(super) fn place(&self) -> Place {
        self.proxy.place(&self.ms.aws())
    }
}

/// Two tools, quickly: what is installed in seconds, with nothing in Chalice's package.
pub(super) fn few() -> Vec<Row> {
    let tools: [Box<dyn Tool>; 2] = [
        Box::new(Gatewayq::new(false)),
        Box::new(Chalice::without_celery()),
    ];
    measure(&Account::of(Ministack::start()), &tools, 2, 1)
}

/// All of them with two and with a hundred routes, each after the other in every round. SAM and osls take minutes with a
/// hundred: a round is enough.
pub(super) fn all(rounds: usize) -> Vec<Row> {
    let tools: [Box<dyn Tool>; 4] = [
        Box::new(Gatewayq::new(true)),
        Box::new(Chalice::with_celery()),
        Box::new(sam::Sam::new()),
        Box::new(osls::Osls::new()),
    ];
    let account = Account::of(Ministack::start_in(&sam::emulator()));
    // First what is most likely to fail, and would then have cost the most.
    let slow = measure(&account, &tools[2..], 100, 1);
    let mut all = measure(&account, &tools, 2, rounds);
    all.extend(measure(&account, &tools[..2], 100, rounds));
    all.extend(slow);
    all
}

fn measure(account: &Account, tools: &[Box<dyn Tool>], routes: usize, rounds: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = tools.iter().map(|tool| empty(&**tool, routes)).collect();
    for (tool, row) in tools.iter().zip(&mut rows) {
        // The emulator loads each service at its first call, and packages are made once.
        let before = left::there(&account.ms);
        cycle(account, &**tool, &mut empty(&**tool, routes), 0, 0);
        row.left = left::more(&before, &left::there(&account.ms));
    }
    for round in 1..=rounds {
        for (distance, far) in DISTANCES.iter().enumerate() {
            for (tool, row) in tools.iter().zip(&mut rows) {
                eprintln!("{} {routes} {round} {far:?}", tool.name());
                cycle(account, &**tool, row, round * DISTANCES.len(), distance);
            }
        }
    }
    rows
}

fn empty(tool: &dyn Tool, routes: usize) -> Row {
    Row {
        tool: tool.name(),
        version: tool.version(),
        routes,
        steps: Default::default(),
        left: Vec::new(),
    }
}

/// From nothing to nothing.
fn cycle(account: &Account, tool: &dyn Tool, row: &mut Row, nth: usize, distance: usize) {
    let (place, proxy) = (account.place(), &account.proxy);
    tool.prepare(row.routes);
    let [first, same, code, second, delete] = &mut row.steps;
    first.take(proxy, distance, &tool.deploy(&place, "dev"));
    same.take(proxy, distance, &tool.deploy(&place, "dev"));
    tool.change(nth + distance);
    code.take(proxy, distance, &tool.deploy(&place, "dev"));
    second.take(proxy, distance, &tool.deploy(&place, "prod"));
    delete.take(proxy, distance, &tool.delete(&place, "dev"));
    Figures::default().take(proxy, 0, &tool.delete(&place, "prod"));
}

/// What does not depend on the machine.
pub(super) fn check(rows: &[Row]) {
    let find = |tool: &str, routes: usize| {
        let found = rows
            .iter()
            .find(|row| row.tool == tool && row.routes == routes);
        found.map(|row| &row.steps)
    };
    for row in rows.iter().filter(|row| row.tool == "gatewayq") {
        let [first, same, code, second, _] = &row.steps;
        assert_eq!(same.record.writes().len(), 0, "{}", same.record);
        assert!(same.sent() < 10_000, "{}", same.record);
        assert!(first.record.but_looks() <= 53, "{}", first.record);
        assert!(second.record.but_looks() <= 53, "{}", second.record);
        // The code, the tag that says what it was made of, a version of it, and the switch to that.
        let updates = code.record.writes();
        assert_eq!(updates[0].action(), "lambda:UpdateFunctionCode");
        assert!(updates.len() <= 4, "{}", code.record);
        assert_eq!(row.left, [""; 0]);
        let Some([_, chalices, ..]) = find("Chalice", row.routes) else {
            panic!("no Chalice with {} routes", row.routes);
        };
        // What README says of it.
        assert!(!chalices.record.writes().is_empty(), "{}", chalices.record);
        assert!(chalices.sent() > 10 * same.sent(), "{}", chalices.record);
    }
}

/// A folder that is kept for the next run.
fn kept(name: &str) -> PathBuf {
    let folder = target_dir().join("figures").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file beside this one.
fn source(name: &str) -> PathBuf {
    workspace().join("tests/suite/figures/peers").join(name)
}

/// Makes the function's program another one: what is behind its end is not loaded.
fn another_program(file: &Path, nth: usize) {
    let mut program = fs::read(file).unwrap();
    program.extend(nth.to_le_bytes());
    fs::write(file, program).unwrap();
}

/// The version of a package in a list with hashes.
fn pinned<'a>(requirements: &'a str, package: &str) -> &'a str {
    let mut lines = requirements.lines();
    let version = lines.find_map(|line| line.strip_prefix(package)?.strip_prefix("=="));
    version.unwrap().trim_end_matches(" \\")
}

/// A route's path; all of them are GET, signed, with a key.
fn path(nth: usize) -> String {
    format!("/route{nth}")
}

/// Sets AWS's endpoint, region and credentials in an environment of nothing but PATH and a home.
fn at(command: &mut Command, place: &Place, home: &std::path::Path) {
    let credentials = &place.credentials;
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", &place.endpoint)
        .env("AWS_REGION", &place.region)
        .env("AWS_DEFAULT_REGION", &place.region)
        .env("AWS_ACCESS_KEY_ID", &credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key);
}

/// Far more than any of them needs.
const LIMIT: Duration = Duration::from_secs(900);
