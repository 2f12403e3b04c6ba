//! Keys that are brought along: many of them, some again, and files that are wrong.
use std::fmt::Write;
use std::time::Duration;

use crate::support::proxy::{Fault, Proxy, When};
use crate::support::recorder;

use super::Stage;
use super::tiers::{TIERS, stage};

/// A file of so many consumers, from `first` on; every third is on gold.
fn file(first: usize, count: usize) -> String {
    let mut text = "name,key,plan\n".to_owned();
    for number in first..first + count {
        let plan = if number.is_multiple_of(3) { "gold" } else { "" };
        let _ = writeln!(text, "c{number},{},{plan}", value(number));
    }
    text
}

fn value(number: usize) -> String {
    let value = format!("imported-value-{number:020}");
    recorder::forbid(&value);
    value
}

/// Those that were made, and those that were there.
fn import(stage: &Stage, text: &str) -> (usize, usize) {
    let import = stage
        .project
        .on(&stage.ms, ["keys", "import", "-", "--json"]);
    let import = import.stdin(text).limit(Duration::from_secs(300));
    let report = import.ok().json();
    let count = |name: &str| report[name].as_array().unwrap().len();
    (count("created"), count("present"))
}

/// 300 keys, cut off in the middle and run again; then as many as a stage has in all when it has 1,000.
#[test]
fn hundreds_of_keys_are_made_and_listed_page_by_page() {
    let stage = stage(TIERS);
    let proxy = Proxy::start(&stage.ms);
    let text = file(0, 300);
    proxy.inject(
        When::Operation("CreateUsagePlanKey", 150),
        Fault::KillBefore,
    );
    let import_keys = stage.project.on(&stage.ms, ["keys", "import", "-"]);
    let running = import_keys.stdin(text.as_str()).through(&proxy).spawn();
    proxy.aim(running.pid());
    assert!(running.wait().signal.is_some());
    let (made, present) = import(&stage, &text);
    assert_eq!(made + present, 300);
    assert!(made > 0 && present > 0, "{made} {present}");
    assert_eq!(import(&stage, &text), (0, 300));
    assert_eq!(stage.status_of(&value(7)), 200);
    assert_eq!(import(&stage, &file(300, 699)), (699, 0));

    proxy.reset();
    let list = stage.project.on(&stage.ms, ["keys", "list", "--json"]);
    let keys = list.through(&proxy).ok().json();
    let keys = keys.as_array().unwrap();
    let on = |plan: &str| keys.iter().filter(|key| key["plan"] == plan).count();
    assert_eq!((keys.len(), on("gold"), on("default")), (1000, 333, 667));
    assert!(keys.iter().all(|key| key["attached"] == true));
    // A page has 500 at most.
    let record = proxy.record();
    assert_eq!(
        (
            record.of("GetApiKeys").len(),
            record.of("GetUsagePlanKeys").len()
        ),
        (2, 4),
        "{record}"
    );
}

#[test]
fn a_file_that_is_wrong_changes_nothing() {
    let stage = stage(TIERS);
    let before = stage.ms.inventory();
    let good = value(8001);
    let cases = [
        (
            format!("acme,{good}\nacme,{}\n", value(8002)),
            "-:2: the name is already in line 1",
        ),
        (
            "acme,short\n".to_owned(),
            "-:1: the key cannot be one; allowed: 20 to 128",
        ),
        (
            format!("Acme,{good}\n"),
            "-:1: the name is none; allowed: lower-case",
        ),
        (
            format!("default,{good}\n"),
            "-:1: the default key is the stage's own",
        ),
        (
            format!("# ours\nacme,{good},platinum\n"),
            "line 2: gatewayq.toml has no usage plan of that name; allowed: default, gold, silver",
        ),
        (format!("{good},acme\n"), "-:1: the key cannot be one"),
    ];
    for (text, words) in cases {
        let import = stage.project.on(&stage.ms, ["keys", "import", "-"]);
        let output = import.stdin(text).exits(2);
        assert!(output.says(words), "{words}: {output}");
        assert!(!output.says(&good), "{output}");
    }
    assert_eq!(before, stage.ms.inventory());
}

/// A value comes by standard input alone, and a key that is there keeps its own.
#[test]
fn a_key_can_be_made_with_a_value_of_ones_own() {
    let stage = stage(TIERS);
    let create = |name: &str, text: String| {
        let create = ["keys", "create", name, "--value", "-"];
        stage.project.on(&stage.ms, create).stdin(text)
    };
    create("acme", format!("{}\n", value(9001))).ok();
    assert_eq!(stage.status_of(&value(9001)), 200);
    let again = create("acme", value(9002)).ok();
    assert!(again.says("keeps its value"), "{again}");
    assert_eq!(stage.status_of(&value(9002)), 403);
    let taken = create("bolt", value(9001)).exits(1);
    assert!(taken.says("has this value already"), "{taken}");
    let short = create("cato", "short".to_owned()).exits(2);
    assert!(short.says("allowed: 20 to 128"), "{short}");
    // Not one of the values that no output may have: the test's own title of the command has it.
    let given = "a-value-on-the-command-line";
    let argument = ["keys", "create", "cato", "--value", given];
    let argument = stage.project.on(&stage.ms, argument).exits(2);
    assert!(argument.says("is read from standard input"), "{argument}");
    assert!(!argument.stderr.contains(given), "{argument}");
}
