//! How often the account's lists are asked for.
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::Proxy;

use super::Stage;

/// How many calls of each operation a command makes.
fn counts<const N: usize>(
    stage: &Stage,
    proxy: &Proxy,
    args: &[&str],
    operations: [&str; N],
) -> [usize; N] {
    proxy.reset();
    let command = stage.project.on(&stage.ms, args.iter().copied());
    command.through(proxy).ok();
    let record = proxy.record();
    operations.map(|operation| record.of(operation).len())
}

#[test]
fn the_keys_are_listed_once_to_say_what_was_made() {
    let stage = Stage::new();
    let proxy = Proxy::start(&stage.ms);
    let operations = [
        "GetUsagePlans",
        "GetApiKeys",
        "GetUsagePlanKeys",
        "CreateApiKey",
    ];
    let create = ["keys", "create", "web"];
    // The second look is for a duplicate of what was made.
    assert_eq!(counts(&stage, &proxy, &create, operations), [1, 2, 0, 1]);
    assert_eq!(counts(&stage, &proxy, &create, operations), [1, 1, 0, 0]);
    let list = ["keys", "list"];
    assert_eq!(counts(&stage, &proxy, &list, operations), [1, 1, 1, 0]);
}

#[test]
fn stages_lists_what_the_account_has_once_for_all_of_them() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let names = ["dev", "prod", "test"];
    let proxy = Proxy::start(&ms);
    for name in names {
        let deploy = project.on(&ms, ["deploy", "--stage", name]).prebuilt();
        deploy.through(&proxy).ok();
    }
    proxy.reset();
    let stages = project.on(&ms, ["stages", "--json"]).through(&proxy);
    let stages = stages.ok().json();
    let stages = stages["stages"].as_array().unwrap().iter();
    let found: Vec<_> = stages
        .map(|one| {
            (
                one["stage"].as_str().unwrap(),
                one["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, names.map(|name| (name, "in_sync")));
    let record = proxy.record();
    for list in ["GetRestApis", "GetUsagePlans", "GetApiKeys"] {
        assert_eq!(record.of(list).len(), 1, "{list}\n{record}");
    }
}
