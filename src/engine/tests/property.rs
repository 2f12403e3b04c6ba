//! Any graph, any faults that pass: in the end the world is as wanted, and nothing stands in it
//! twice. Shrinks to the smallest graph and the fewest faults.

use super::fake::{Bench, Fault, PRESENT, Want, describe, error, thing, want};
use crate::aws::Kind;
use crate::engine::Goal;
use proptest::prelude::*;

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn wants() -> impl Strategy<Value = Vec<Want>> {
    let node = (any::<u8>(), any::<bool>(), 1..4u32, any::<bool>());
    prop::collection::vec(node, 1..=NAMES.len()).prop_map(|nodes| {
        let make = |(at, (edges, duplicates, size, inside)): (usize, (u8, bool, u32, bool))| {
            let depends_on = (0..at).filter(|other| edges & (1 << other) != 0).collect();
            let parent = at.checked_sub(1).filter(|_| inside);
            let node = Want {
                depends_on,
                duplicates,
                size,
                ..want(NAMES[at])
            };
            match parent {
                Some(parent) => node.inside(parent),
                None => node,
            }
        };
        nodes.into_iter().enumerate().map(make).collect()
    })
}

#[derive(Clone, Debug)]
struct Planned {
    verb: &'static str,
    name: &'static str,
    kind: Kind,
    after: bool,
}

fn faults() -> impl Strategy<Value = Vec<Planned>> {
    let verbs = prop::sample::select(vec!["read", "create", "resize", "delete"]);
    let kinds = prop::sample::select(vec![
        Kind::Throttled,
        Kind::Unavailable,
        Kind::Busy("something"),
        Kind::NotFound,
        Kind::AlreadyExists,
    ]);
    let fault = (
        verbs,
        prop::sample::select(NAMES.to_vec()),
        kinds,
        any::<bool>(),
    );
    let planned = |(verb, name, kind, after)| Planned {
        verb,
        name,
        kind,
        after,
    };
    prop::collection::vec(fault.prop_map(planned), 0..8)
}

/// What was there before: other sizes, and duplicates where they can be.
fn before() -> impl Strategy<Value = Vec<(&'static str, u32)>> {
    prop::collection::vec((prop::sample::select(NAMES.to_vec()), 1..4u32), 0..6)
}

fn plan(bench: &Bench, faults: &[Planned]) {
    for fault in faults {
        // An answer is lost only by its absence: AWS does not lie about the rest.
        let happens = match fault.kind {
            Kind::Unavailable if fault.after => Fault::After(error(fault.kind)),
            Kind::NotFound if ["read", "delete"].contains(&fault.verb) => continue,
            kind => Fault::Before(error(kind)),
        };
        bench
            .world
            .fault(&format!("{} {}", fault.verb, fault.name), happens);
    }
}

fn run(test: impl Future<Output = Result<(), TestCaseError>>) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(test)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_graph_becomes_as_wanted(wants in wants(), faults in faults(), before in before()) {
        run(async {
            let bench = Bench::new();
            for (name, size) in before {
                let there = bench.world.names().iter().any(|other| other == name);
                let wanted = wants.iter().find(|want| want.name == name);
                // Where a name is enough to tell them apart, AWS keeps a second one out.
                if wanted.is_some_and(|want| want.duplicates || !there) {
                    let mut thing = thing(name);
                    thing.size = size;
                    bench.world.put(thing);
                }
            }
            plan(&bench, &faults);
            if let Err(stopped) = bench.converge(&wants, PRESENT).await {
                return Err(TestCaseError::fail(describe(&stopped)));
            }
            let mut names = bench.world.names();
            names.sort_unstable();
            let expected: Vec<&str> = wants.iter().map(|want| want.name).collect();
            prop_assert_eq!(names, expected);
            for thing in bench.world.things() {
                let want = wants.iter().find(|want| want.name == thing.name).unwrap();
                prop_assert_eq!(thing.size, want.size);
            }
            // The second deploy has nothing to do.
            let writes = bench.world.writes().len();
            let leftover = bench.converge(&wants, PRESENT).await;
            prop_assert!(leftover.is_ok());
            prop_assert_eq!(bench.world.writes().len(), writes);
            Ok(())
        })?;
    }

    #[test]
    fn a_delete_leaves_nothing(wants in wants(), faults in faults()) {
        // What lives within goes with its parent on AWS; in this world it would stay behind.
        let wants: Vec<Want> = wants.into_iter().map(|want| Want { inside: None, ..want }).collect();
        run(async {
            let bench = Bench::new();
            for want in &wants {
                bench.world.put(thing(want.name));
            }
            plan(&bench, &faults);
            if let Err(stopped) = bench.converge(&wants, Goal::Absent).await {
                return Err(TestCaseError::fail(describe(&stopped)));
            }
            prop_assert!(bench.world.names().is_empty());
            Ok(())
        })?;
    }
}
