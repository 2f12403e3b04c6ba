//! What follows from a table of fields: the diff, the calls and their order, the patches.

use super::fake::{Bench, PRESENT, thing, want};
use crate::resources::every_table;
use std::collections::BTreeSet;

#[tokio::test(start_paused = true)]
async fn only_the_calls_of_fields_that_differ_are_made() {
    let bench = Bench::new();
    let mut small = thing("queue");
    small.size = 5;
    bench.world.put(small);
    bench.done(&[want("queue")], PRESENT).await;
    assert_eq!(bench.world.writes(), ["resize queue"]);
}

#[tokio::test(start_paused = true)]
async fn a_plan_names_each_field_with_both_values() {
    let bench = Bench::new();
    let mut other = thing("queue");
    (other.size, other.shape) = (5, 3);
    bench.world.put(other);
    let (graph, _) = bench.graph(&[want("queue")]);
    crate::engine::observe(&graph).await.unwrap();
    let plan = crate::engine::Plan::new(&graph, PRESENT);
    let json = serde_json::to_value(&plan.steps[0]).unwrap();
    assert_eq!(json["action"], "replace");
    assert_eq!(
        json["changes"],
        serde_json::json!([
            {"field": "size", "before": "5", "after": "1", "replace": false},
            {"field": "shape", "before": "3", "after": "1", "replace": true},
        ])
    );
}

/// Two calls of one table that share an operation would be taken for one. `State` stands for
/// Lambda's two readings of it.
#[test]
fn the_tables_of_all_resources_are_well_formed() {
    for (kind, fields) in every_table() {
        let mut seen = BTreeSet::new();
        for (name, how) in fields {
            assert!(!name.is_empty(), "{kind}");
            assert!(!how.is_empty(), "{kind}: {name} is set by nothing");
            assert!(
                seen.insert((name, how.clone())),
                "{kind}: {name} stands twice"
            );
        }
    }
}
