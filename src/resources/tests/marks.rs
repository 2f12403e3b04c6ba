//! What a tag tells of: a stage that never had it asks nothing about it, and one that has it no more finds it.

use super::bench::{Bench, FULL, work};
use super::fields::API;
use crate::engine::Goal;
use crate::stack::Purpose;
use serde_json::{Value, json};

/// A piece of the full file, the read that looks for what it makes, the write that takes that away, and where its
/// tag is.
struct Mark {
    piece: &'static str,
    read: &'static str,
    removal: &'static str,
    tag: &'static [&'static str],
    kind: &'static str,
}

const MARKS: [Mark; 3] = [
    Mark {
        piece: "allow_ips = [\"203.0.113.0/24\"]",
        read: "GetRestApi",
        removal: "UpdateRestApi",
        tag: &["apis", API, "api", "tags", "gatewayq:policy"],
        kind: "resource policy (deleting)",
    },
    Mark {
        piece: "[alarms]\ntopic_arn = \"arn:aws:sns:eu-west-1:111122223333:oncall\"\n",
        read: "DescribeAlarms",
        removal: "DeleteAlarms",
        tag: &["apis", API, "stages", "dev", "tags", "gatewayq:alarms"],
        kind: "alarms (deleting)",
    },
    Mark {
        piece: "[results]\nkms_key = \"12345678-1234-1234-1234-123456789012\"\n",
        read: "DescribeTable",
        removal: "DeleteTable",
        tag: &["apis", API, "api", "tags", "gatewayq:results"],
        kind: "results table (deleting)",
    },
];

impl Mark {
    fn without(&self) -> String {
        assert!(FULL.contains(self.piece), "{}", self.piece);
        FULL.replacen(self.piece, "", 1)
    }

    fn value(&self, bench: &Bench) -> Value {
        bench.account().at(self.tag).clone()
    }

    async fn looks(&self, bench: &Bench) -> usize {
        bench.account().reads.clear();
        bench.plan(&self.without()).await;
        let account = bench.account();
        account
            .reads
            .iter()
            .filter(|read| *read == self.read)
            .count()
    }
}

#[tokio::test(start_paused = true)]
async fn a_stage_that_never_had_it_asks_nothing_about_it() {
    for mark in MARKS {
        let bench = Bench::deployed(&mark.without()).await;
        assert_eq!(mark.looks(&bench).await, 0, "{}", mark.read);
    }
}

/// And the tag that tells of it says so last.
#[tokio::test(start_paused = true)]
async fn what_is_switched_off_goes_and_is_not_looked_for_again() {
    for mark in MARKS {
        let (off, case) = (mark.without(), mark.piece);
        let bench = Bench::deployed(FULL).await;
        assert_eq!(mark.value(&bench), "on", "{case}");
        let told = work(&bench.plan(&off).await);
        assert!(told.contains(mark.kind), "{case}: {told:?}");
        bench.account().writes.clear();
        bench.deploy_and_agree(&off, case).await;
        assert_eq!(mark.value(&bench), "off", "{case}");
        let writes = bench.account().writes.clone();
        let last = |wanted: &str| writes.iter().rposition(|write| write == wanted);
        assert!(
            last(mark.removal) < last("TagResource"),
            "{case}: {writes:?}"
        );
        assert_eq!(mark.looks(&bench).await, 0, "{case}");

        // A run that was cut off before the tag is taken up by the next.
        *bench.account().at(mark.tag) = json!("on");
        bench.deploy_and_agree(&off, case).await;
        assert_eq!(mark.value(&bench), "off", "{case}");
        bench.deploy_and_agree(FULL, case).await;
        assert_eq!(mark.value(&bench), "on", "{case}");
    }
}

/// A put would replace it.
#[tokio::test(start_paused = true)]
async fn an_alarm_of_somebody_else_is_in_the_way() {
    let bench = Bench::deployed(&MARKS[1].without()).await;
    let deployed = Bench::deployed(FULL).await.account().world["alarms"].clone();
    let mut theirs = json!({"shop-dev-errors": deployed["shop-dev-errors"]});
    theirs["shop-dev-errors"]["tags"] = json!([]);
    *bench.account().at(&["alarms"]) = theirs;
    let plan = bench.plan(FULL).await;
    let reasons: Vec<_> = plan
        .foreign()
        .map(|(_, reason)| reason.to_owned())
        .collect();
    assert_eq!(reasons, ["shop-dev-errors: it has no gatewayq tags"]);
}

/// One that is not wanted is in the way of nothing, and no delete takes it.
#[tokio::test(start_paused = true)]
async fn an_alarm_of_somebody_else_that_is_not_wanted_is_left_alone() {
    let without_errors = FULL.replace("[alarms]\n", "[alarms]\nerrors = 0\n");
    let bench = Bench::deployed(&without_errors).await;
    let theirs = Bench::deployed(FULL).await.account().world["alarms"]["shop-dev-errors"].clone();
    bench.account().at(&["alarms"])["shop-dev-errors"] = theirs.clone();
    bench.account().at(&["alarms", "shop-dev-errors"])["tags"] = json!([]);
    bench.deploy_and_agree(&without_errors, "theirs").await;
    let (purpose, goal) = (Purpose::Delete, Goal::Absent);
    bench.converge(&without_errors, &purpose, goal).await;
    let left = bench.account().world["alarms"].clone();
    let left: Vec<&String> = left.as_object().unwrap().keys().collect();
    assert_eq!(left, ["shop-dev-errors"]);
}

/// A topic that no alarm can tell is in the way of nothing but making one.
#[tokio::test(start_paused = true)]
async fn a_stage_with_a_topic_of_another_region_can_be_looked_at_and_deleted() {
    let bench = Bench::deployed(FULL).await;
    let elsewhere = FULL.replace("sns:eu-west-1", "sns:us-east-1");
    assert_ne!(elsewhere, FULL);
    bench.details(&elsewhere, "alarms").await;
    let (purpose, goal) = (Purpose::Delete, Goal::Absent);
    bench.converge(&elsewhere, &purpose, goal).await;
    assert_eq!(bench.account().world["alarms"], json!({}));
}
