//! Stages and regions: each a whole stack of its own.
use crate::support::ministack::Ministack;
use crate::support::project::Project;

#[test]
fn deleting_one_stage_leaves_the_other_untouched() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project
        .on(&ms, ["deploy", "--stage", "prod"])
        .prebuilt()
        .ok();
    let prod = ms.inventory();
    project
        .on(&ms, ["deploy", "--stage", "hamster"])
        .prebuilt()
        .ok();
    project
        .on(&ms, ["status", "--check", "--stage", "prod"])
        .ok();
    let deleted = project
        .on(&ms, ["delete", "--yes", "--stage", "hamster"])
        .ok();
    assert!(
        deleted.says("kept on purpose: account logging"),
        "{deleted}"
    );
    assert!(
        deleted.says("the REST API gatewayq-example-prod may log through it"),
        "{deleted}"
    );
    ms.inventory().assert_same(&prod);
    project
        .on(&ms, ["invoke", "/sendtosqs", "--stage", "prod"])
        .ok();
    project.on(&ms, ["delete", "--yes", "--stage", "prod"]).ok();
    assert!(ms.inventory().is_empty(), "{:?}", ms.inventory());
}

/// Roles are global: the one app in two regions must not share any.
#[test]
fn deleting_in_one_region_leaves_the_other_untouched() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let (here, there) = (ms.aws(), ms.aws().in_region("us-west-2"));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let first = crate::support::inventory::Inventory::take(&here);
    project
        .on(&ms, ["deploy", "--region", "us-west-2"])
        .prebuilt()
        .ok();
    project.on(&ms, ["status", "--check"]).ok();
    project
        .on(&ms, ["delete", "--yes", "--region", "us-west-2"])
        .ok();
    assert!(
        crate::support::inventory::Inventory::take(&there)
            .names("functions")
            .is_empty()
    );
    crate::support::inventory::Inventory::take(&here).assert_same(&first);
    project.on(&ms, ["invoke", "/sendtosqs"]).ok();
}
