//! Keys of consumers, where API Gateway's list does not show yet what was just written.

use super::bench::{Bench, FULL};
use crate::engine::{Goal, Plan, converge};
use crate::keys::{self, Consumer, KeyState, Marks, Plans, Wanted};
use crate::resources::{DISABLED, KeyList, RETIRED, Whose};
use crate::stack::Purpose;
use std::collections::BTreeSet;

/// Makes the consumer's key, as far as there is none; gives back its id.
async fn ensure(bench: &Bench, marked: Marks) -> String {
    let stack = bench.observed(FULL, &Purpose::Inspect).await;
    let plans = Plans::of(&stack);
    let wanted = Wanted {
        consumer: "acme".parse::<Consumer>().unwrap(),
        plan: "default".to_owned(),
        value: None,
        marked,
    };
    let build = || {
        let list = KeyList::new(&Whose::Stage(stack.names.clone()));
        let (names, tags) = (&stack.names, &stack.tags);
        let wanted = std::slice::from_ref(&wanted);
        Ok::<_, String>(keys::graph(
            bench.runtime(),
            names,
            tags,
            &plans,
            &list,
            wanted,
        ))
    };
    let goal = Goal::Present { replace: false };
    let done = converge(goal, build, async { Ok(()) }, async |_: &Plan| Ok(())).await;
    let Ok(done) = done else {
        panic!("it was not done");
    };
    let outcome = done.stack.outcomes(&done.done).next();
    outcome.unwrap().id
}

/// Those of the consumer that are on a plan.
fn attached(bench: &Bench) -> BTreeSet<String> {
    let account = bench.account();
    let on_plan = account.world["on_plan"].as_object().unwrap();
    let theirs = |id: &&str| account.world["keys"][*id]["tags"]["gatewayq:key"] == "acme";
    let ids = on_plan.keys().filter_map(|place| place.split(' ').nth(1));
    ids.filter(theirs).map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_just_retired_is_not_taken_for_the_one_in_use() {
    let bench = Bench::deployed(FULL).await;
    let old = ensure(&bench, Marks::new()).await;
    assert_eq!(ensure(&bench, Marks::new()).await, old);
    let new = ensure(&bench, [(old.clone(), KeyState::Retired)].into()).await;
    assert_ne!(new, old);
    assert_eq!(attached(&bench), [old, new].into());
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_just_enabled_comes_back_to_its_plan() {
    let bench = Bench::deployed(FULL).await;
    let id = ensure(&bench, Marks::new()).await;
    bench.account().world["keys"][&id]["description"] = DISABLED.into();
    ensure(&bench, Marks::new()).await;
    assert_eq!(attached(&bench), BTreeSet::new());
    assert_eq!(
        ensure(&bench, [(id.clone(), KeyState::Active)].into()).await,
        id
    );
    assert_eq!(attached(&bench), [id].into());
}

/// Another command retired the older key, and the list is from before: the newer one's value is in somebody's hands.
#[tokio::test(start_paused = true)]
async fn a_key_beside_one_that_was_retired_meanwhile_is_no_duplicate() {
    let bench = Bench::deployed(FULL).await;
    let old = ensure(&bench, Marks::new()).await;
    {
        let mut account = bench.account();
        let mut newer = account.world["keys"][&old].clone();
        newer["id"] = "newer".into();
        newer["createdDate"] = (newer["createdDate"].as_i64().unwrap() + 60).into();
        account.world["keys"]["newer"] = newer;
        account.meanwhile = Some(("GetApiKeys", |world| {
            let keys = world["keys"].as_object_mut().unwrap();
            let theirs = |key: &&mut serde_json::Value| {
                key["tags"]["gatewayq:key"] == "acme" && key["id"] != "newer"
            };
            keys.values_mut().find(theirs).unwrap()["description"] = RETIRED.into();
        }));
    }
    assert_eq!(ensure(&bench, Marks::new()).await, "newer");
    assert!(bench.account().meanwhile.is_none());
    assert_eq!(attached(&bench), [old, "newer".to_owned()].into());
}
