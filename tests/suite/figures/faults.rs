//! A first deploy that is killed, or loses an answer, at each of its calls: what the same command run again makes of it,
//! and whether a delete then leaves nothing.
use std::process::{Command, Stdio};
use std::thread;

use rustix::process::Pid;

use super::peers::{Account, Chalice, Gatewayq, Tool, named};
use crate::support::inventory::Inventory;
use crate::support::ministack::Ministack;
use crate::support::proxy::{Fault, When};

const FAULTS: [(&str, Fault); 2] = [
    ("killed", Fault::KillAfter),
    ("answer lost", Fault::CutAfter),
];

/// What came of one fault at every call of a tool's first deploy.
pub(super) struct Outcome {
    tool: &'static str,
    fault: &'static str,
    tried: usize,
    /// The same command run again did not end well.
    failed: usize,
    /// It did, and there are two REST APIs.
    duplicates: usize,
    /// Delete did not end well, or left something.
    left: usize,
}

/// Tries each fault at every `step`th call, all tools and faults side by side: no time is taken.
pub(super) fn measure(step: usize) -> Vec<Outcome> {
    let make: [fn() -> Box<dyn Tool>; 2] = [
        || Box::new(Gatewayq::new(false)),
        || Box::new(Chalice::without_celery()),
    ];
    thread::scope(|scope| {
        let mut running = Vec::new();
        for make in make {
            for (name, fault) in &FAULTS {
                running.push(scope.spawn(move || outcome(&*make(), name, fault, step)));
            }
        }
        let outcomes = running.into_iter().map(|one| one.join().unwrap());
        outcomes.collect()
    })
}

fn outcome(tool: &dyn Tool, name: &'static str, fault: &Fault, step: usize) -> Outcome {
    let mut outcome = Outcome {
        tool: tool.name(),
        fault: name,
        tried: 0,
        failed: 0,
        duplicates: 0,
        left: 0,
    };
    let mut account = warm(tool);
    for call in (0..).step_by(step) {
        let before = Inventory::take(&account.place());
        tool.prepare(2);
        account.proxy.reset();
        account.proxy.inject(When::Call(call), fault.clone());
        let place = account.place();
        run(&mut tool.deploy(&place, "dev"), Some(&account));
        let met = account.proxy.faults_left() == 0;
        account.proxy.reset();
        let again = run(&mut tool.deploy(&place, "dev"), None);
        let apis = Inventory::take(&account.place()).names("rest_apis").len();
        let deleted = run(&mut tool.delete(&place, "dev"), None);
        let clean = deleted && same(&before, &Inventory::take(&account.place()));
        if !met {
            assert!(
                again && apis == 1 && clean,
                "{} without a fault",
                tool.name()
            );
            break;
        }
        outcome.tried += 1;
        outcome.failed += usize::from(!again);
        outcome.duplicates += usize::from(again && apis > 1);
        outcome.left += usize::from(!clean);
        if !clean {
            account = warm(tool);
        }
    }
    outcome
}

/// A new account that has seen a deploy and a delete.
fn warm(tool: &dyn Tool) -> Account {
    let account = Account::of(Ministack::start());
    tool.prepare(2);
    assert!(run(&mut tool.deploy(&account.place(), "dev"), None));
    assert!(run(&mut tool.delete(&account.place(), "dev"), None));
    account
}

/// Whether it ended well. The proxy kills it for a fault.
fn run(command: &mut Command, aim: Option<&Account>) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = quiet.stderr(Stdio::null()).spawn().unwrap();
    if let Some(account) = aim {
        account.proxy.aim(Pid::from_child(&child));
    }
    child.wait().unwrap().success()
}

fn same(before: &Inventory, after: &Inventory) -> bool {
    named(before) == named(after)
}

/// gatewayq survives all of them.
pub(super) fn check(all: &[Outcome]) {
    for outcome in all.iter().filter(|outcome| outcome.tool == "gatewayq") {
        let Outcome {
            failed,
            duplicates,
            left,
            ..
        } = *outcome;
        assert_eq!((failed, duplicates, left), (0, 0, 0), "{}", outcome.fault);
        assert!(outcome.tried > 3, "{}", outcome.tried);
    }
}

pub(super) fn table(all: &[Outcome]) -> String {
    let head = "| | at a call | tried | the same deploy again fails | makes a second API | delete fails or leaves something |\n\
                |---|---|---:|---:|---:|---:|\n";
    let lines = all.iter().map(|outcome| {
        let Outcome {
            tool,
            fault,
            tried,
            failed,
            duplicates,
            left,
        } = outcome;
        format!("| {tool} | {fault} | {tried} | {failed} | {duplicates} | {left} |\n")
    });
    std::iter::once(head.to_owned()).chain(lines).collect()
}
