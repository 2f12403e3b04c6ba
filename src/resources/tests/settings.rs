//! Write, read, compare: everything made, and each setting changed to something else and back.

mod cases;

use super::bench::{Bench, FULL, settings, work};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test(start_paused = true)]
async fn what_is_made_is_read_back_as_it_was_wanted() {
    let minimal = "[app]\nname = \"shop\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n";
    for file in [FULL, minimal] {
        let bench = Bench::new();
        bench.deploy_and_agree(file, file).await;
        let writes = bench.account().writes.len();
        bench.deploy(file).await;
        let now = bench.account().writes.len();
        assert_eq!(now, writes, "the second deploy writes nothing");
    }
}

/// What no call changes in a stage: its names make another one, and the rest is the build's.
/// How many versions are kept is seen when there are more.
const NOT_IN_AWS: [&str; 6] = [
    "app",
    "function.crate_dir",
    "function.keep_versions",
    "function.target",
    // The worker's.
    "results.ttl",
    "stage",
];

/// What is one setting although it is a table.
const WHOLE: [&str; 6] = [
    "function.environment",
    "routes.action.reply.body",
    "routes.action.reply.headers",
    "routes.action.task.accepted.fields",
    "routes.action.task.kwargs",
    "tags",
];

/// Every setting of a file by its place, with its values: those of all routes together.
fn values(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut values = BTreeMap::new();
    take(&json!(settings(file)), "", &mut values);
    values
}

fn take(value: &Value, place: &str, into: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Object(fields) if !WHOLE.contains(&place) => {
            for (name, value) in fields {
                let place = format!("{place}.{name}");
                take(value, place.trim_start_matches('.'), into);
            }
        }
        Value::Array(routes) if place == "routes" => {
            routes.iter().for_each(|route| take(route, place, into));
        }
        leaf => drop(
            into.entry(place.to_owned())
                .or_default()
                .insert(leaf.to_string()),
        ),
    }
}

/// A setting that is new has to be given a case here.
#[test]
fn every_setting_that_reaches_aws_has_a_case() {
    let full = values(FULL);
    let mut known: BTreeSet<String> = full.keys().cloned().collect();
    let mut changed: BTreeSet<String> = NOT_IN_AWS.map(str::to_owned).into();
    for (piece, becomes, told) in cases::all() {
        assert!(!told.is_empty(), "{becomes} changes nothing");
        let case = values(&FULL.replacen(piece, becomes, 1));
        let differs = |place: &&String| full.get(*place) != case.get(*place);
        let places: BTreeSet<&String> = full.keys().chain(case.keys()).collect();
        changed.extend(places.into_iter().filter(differs).cloned());
        known.extend(case.into_keys());
    }
    let missing: Vec<_> = known.difference(&changed).collect();
    assert!(missing.is_empty(), "settings without a case: {missing:?}");
    let gone: Vec<_> = changed.difference(&known).collect();
    assert!(gone.is_empty(), "no settings: {gone:?}");
}

/// Another definition of the API is another deployment and is told by the function's description; another function is another
/// version, which the alias then names.
fn with_what_follows(told: &[&str]) -> BTreeSet<String> {
    let mut told: BTreeSet<&str> = told.iter().copied().collect();
    if told.contains("deployment definition") {
        told.extend(["function Description", "served deployment deploymentId"]);
    }
    let is_function = |line: &&str| line.starts_with("function ") && !line.contains(" tag ");
    if told.iter().any(is_function) {
        told.extend(["version Version", "alias FunctionVersion"]);
    }
    told.into_iter().map(str::to_owned).collect()
}

/// And back: a setting that was taken away is one that is given.
#[tokio::test(start_paused = true)]
async fn every_setting_that_changes_is_told_and_read_back() {
    let world = Bench::deployed(FULL).await.account().world.clone();
    let mut wrong = Vec::new();
    for (piece, becomes, told) in cases::all() {
        assert!(FULL.contains(piece), "{piece}");
        let (file, case) = (
            FULL.replacen(piece, becomes, 1),
            format!("{piece} to {becomes}"),
        );
        let bench = Bench::new();
        bench.account().world = world.clone();
        let told = with_what_follows(told);
        let is = work(&bench.plan(&file).await);
        if is != told {
            wrong.push(format!("{case}: {is:#?}"));
            continue;
        }
        bench.deploy_and_agree(&file, &case).await;
        bench
            .deploy_and_agree(FULL, &format!("back from {case}"))
            .await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
