//! Permission boundaries: of the function's role and of the role that logs, wanted, left alone and
//! taken off.

use super::bench::{Bench, FULL, work};
use super::fields::{LOGGING, ROLE};
use serde_json::Value;
use std::collections::BTreeSet;

const ORG: &str = "arn:aws:iam::111122223333:policy/org";

/// The full file with this in the place of its boundary.
fn file(boundary: &str) -> String {
    let full = format!("boundary = {ORG:?}");
    assert!(FULL.contains(&full));
    FULL.replace(&full, boundary)
}

fn boundary(bench: &Bench, role: &str) -> Value {
    bench.account().at(&["roles", role, "boundary"]).clone()
}

/// An organisation that allows no role without a boundary means this one too.
#[tokio::test(start_paused = true)]
async fn the_logging_role_has_boundary_and_tags() {
    let bench = Bench::deployed(FULL).await;
    assert_eq!(boundary(&bench, ROLE), ORG);
    assert_eq!(boundary(&bench, LOGGING), ORG);
    let tags = bench.account().at(&["roles", LOGGING, "tags"]).clone();
    assert_eq!(tags["team"], "sales");
    assert_eq!(tags["gatewayq:shared"], "apigateway-logs");
}

/// The automation of an organisation may have put it there.
#[tokio::test(start_paused = true)]
async fn a_boundary_that_no_file_names_is_left_alone_and_shown() {
    let unmanaged = file("");
    let bench = Bench::deployed(&unmanaged).await;
    assert_eq!(boundary(&bench, ROLE), Value::Null);
    *bench.account().at(&["roles", ROLE, "boundary"]) = ORG.into();
    assert_eq!(work(&bench.plan(&unmanaged).await), BTreeSet::new());
    let shown = bench.details(&unmanaged, "role").await;
    assert_eq!(shown, [("PermissionsBoundary", ORG.to_owned())]);
    // Whatever else is changed in the role.
    bench.account().at(&["roles", ROLE, "tags"])["team"] = "other".into();
    bench.deploy_and_agree(&unmanaged, "another change").await;
    assert_eq!(boundary(&bench, ROLE), ORG);

    let none = file("boundary = \"\"");
    let told = work(&bench.plan(&none).await);
    assert_eq!(told, ["role PermissionsBoundary".to_owned()].into());
    bench.deploy_and_agree(&none, "taken off").await;
    assert_eq!(boundary(&bench, ROLE), Value::Null);
}
