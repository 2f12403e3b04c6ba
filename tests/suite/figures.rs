//! What a deploy is made of and how long it takes, beside others: docs/benchmarks.md. As tests they take one quick round
//! and look at counts alone; `just bench-deploys` takes several in a release build, and writes the document.
use std::{env, fs};

use serde_json::json;

use crate::support::workspace;

mod account;
mod commands;
mod document;
mod faults;
mod handler;
mod kept;
mod measured;
mod peers;
mod plot;
mod usage;

use account::Others;
use document::{document, into_readme, of_growth, of_peers};
use kept::Kept;

/// Rounds to take, and the word that the document is to be written.
const ROUNDS: &str = "GATEWAYQ_FIGURES";
/// The program that is measured, a release build.
const PROGRAM: &str = "GATEWAYQ_PROGRAM";
/// Of every few faults one.
const SMOKE: usize = 6;

/// The rounds where the document is written: then all is measured in one test, one thing after the other.
fn rounds() -> Option<usize> {
    env::var(ROUNDS).ok().map(|rounds| rounds.parse().unwrap())
}

#[test]
fn a_hundred_routes_make_no_more_calls_than_one() {
    if rounds().is_none() {
        let commands = commands::measure(&[1, 100], 1, "0.01");
        println!("{}", commands::table(&commands));
        commands::check(&commands);
    }
}

#[test]
fn a_full_account_costs_no_call_but_further_pages() {
    if rounds().is_none() {
        let others = Others {
            apis: 40,
            keys: 510,
            plans: 30,
            roles: 30,
        };
        let growth = account::measure(others, 1);
        println!("{}", account::table(&growth));
        account::check(&growth);
    }
}

#[test]
fn no_change_is_nothing_written_where_chalice_writes_all() {
    if rounds().is_none() {
        let peers = peers::few();
        println!("{}", peers::table(&peers, 2));
        peers::check(&peers);
        let picture = plot::svg(&peers);
        assert_eq!(picture.matches("second stage").count(), 1, "{picture}");
        assert!(picture.contains("gatewayq") && picture.contains("Chalice"));
    }
}

#[test]
fn a_fault_at_a_call_is_survived() {
    if rounds().is_none() {
        let faults = faults::measure(SMOKE);
        println!("{}", faults::table(&faults));
        faults::check(&faults);
    }
}

/// Everything, for minutes: nothing is measured while anything else runs.
#[test]
fn the_document_is_written() {
    let Some(rounds) = rounds() else {
        return;
    };
    let others = Others {
        apis: 500,
        keys: 1000,
        plans: 300,
        roles: 300,
    };
    let program = env::var(PROGRAM).expect("`just bench-deploys` says which program it is");
    let mut kept = Kept::of(&program, rounds);
    kept.part("peers", || {
        let peers = peers::all(rounds);
        peers::check(&peers);
        of_peers(&peers)
    });
    kept.part("commands", || {
        let commands = commands::measure(&[1, 10, 100, 300], rounds, "1");
        commands::check(&commands);
        json!({"commands": commands::table(&commands)})
    });
    kept.part("growth", || {
        let growth = account::measure(others, rounds);
        account::check(&growth);
        of_growth(&growth)
    });
    kept.part("faults", || {
        let faults = faults::measure(1);
        faults::check(&faults);
        json!({"faults": faults::table(&faults)})
    });
    kept.part("handler", || json!({"handler": handler::table()}));
    let words = kept.words();
    let text = document(rounds, &words);
    println!("{text}");
    let docs = workspace().join("docs");
    fs::write(docs.join("benchmarks.svg"), &words["picture"]).unwrap();
    let readme = workspace().join("README.md");
    let renewed = into_readme(&fs::read_to_string(&readme).unwrap(), &text);
    fs::write(docs.join("benchmarks.md"), text).unwrap();
    fs::write(readme, renewed).unwrap();
    kept.forget();
}

#[test]
fn readmes_figures_are_those_of_the_document() {
    let document =
        "| | us | them |\n|---|---|---|\n| deploy | 4 calls | 5 calls |\n\n| deploy | other |\n";
    let readme = "a\n| deploy | 1 | 2 | kept |\n| state | none | some | more |\n";
    assert_eq!(
        into_readme(readme, document),
        "a\n| deploy | 4 calls | 5 calls | kept |\n| state | none | some | more |\n"
    );
    // Once it is written, README is held to it.
    if let Ok(document) = fs::read_to_string(workspace().join("docs/benchmarks.md")) {
        let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
        assert_eq!(readme, into_readme(&readme, &document));
    }
}
