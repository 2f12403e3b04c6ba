//! Custom domain names: shared, moved, taken away, and the default endpoint beside them.

use super::bench::{Bench, FULL, settings, work};
use super::fields::{API, DOMAIN};
use crate::engine::{Action, Goal};
use crate::stack::Purpose;
use serde_json::{Value, json};

/// The file without its domain.
fn off() -> String {
    let (before, rest) = FULL.split_once("[domain]").unwrap();
    let (_, after) = rest.split_once("[api]").unwrap();
    format!("{before}[api]{after}")
}

/// The file of another app, under another base path of the same domain.
fn other_app() -> String {
    FULL.replace("name = \"shop\"", "name = \"stock\"")
        .replace("base_path = \"v1\"", "base_path = \"stock\"")
}

/// The file with the default endpoint switched off.
fn closed() -> String {
    FULL.replace("[api]\n", "[api]\ndisable_default_endpoint = true\n")
}

async fn delete(bench: &Bench, file: &str) {
    bench.converge(file, &Purpose::Delete, Goal::Absent).await;
}

fn mapped(bench: &Bench, domain: &str) -> Vec<String> {
    let mut account = bench.account();
    let mappings = account.at(&["domains", domain, "mappings"]).clone();
    let paths = mappings.as_object().into_iter().flatten();
    paths.map(|(path, _)| path.clone()).collect()
}

fn mark(bench: &Bench) -> Value {
    let place = ["apis", API, "stages", "dev", "tags"];
    bench.account().at(&place)["gatewayq:domain"].clone()
}

fn domains(bench: &Bench) -> Vec<String> {
    let account = bench.account();
    let all = account.world["domains"].as_object().unwrap();
    all.keys().cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn a_stage_without_a_domain_asks_nothing_of_domains() {
    let bench = Bench::deployed(&off()).await;
    bench.plan(&off()).await;
    delete(&bench, &off()).await;
    let account = bench.account();
    let calls = account.reads.iter().chain(&account.writes);
    let about = |call: &&String| call.contains("Domain") || call.contains("BasePath");
    assert_eq!(calls.filter(about).count(), 0);
}

/// And the tag that tells of it says so last.
#[tokio::test(start_paused = true)]
async fn what_is_out_of_the_file_goes_and_is_not_looked_for_again() {
    let bench = Bench::deployed(FULL).await;
    assert_eq!(
        (mark(&bench), mapped(&bench, DOMAIN)),
        (json!(DOMAIN), vec!["v1".to_owned()])
    );
    let told = work(&bench.plan(&off()).await);
    assert_eq!(told, ["former domain name (deleting)".to_owned()].into());
    bench.deploy_and_agree(&off(), "off").await;
    assert_eq!((domains(&bench), mark(&bench)), (vec![], json!("off")));
    assert_eq!(bench.account().writes.last().unwrap(), "TagResource");
    bench.account().reads.clear();
    bench.plan(&off()).await;
    let asked = bench.account().reads.concat();
    assert!(!asked.contains("Domain") && !asked.contains("BasePath"));

    // A run that was cut off before the tag is taken up by the next.
    bench.account().at(&["apis", API, "stages", "dev", "tags"])["gatewayq:domain"] = DOMAIN.into();
    bench.deploy_and_agree(&off(), "cut off").await;
    assert_eq!(mark(&bench), "off");
    bench.deploy_and_agree(FULL, "on again").await;
    assert_eq!(mark(&bench), json!(DOMAIN));
}

#[tokio::test(start_paused = true)]
async fn another_name_is_there_before_the_old_one_goes() {
    let bench = Bench::deployed(FULL).await;
    bench.account().writes.clear();
    let renamed = FULL.replace(DOMAIN, "api.other.test");
    bench.deploy_and_agree(&renamed, "renamed").await;
    let order = [
        "CreateDomainName",
        "CreateBasePathMapping",
        "DeleteBasePathMapping",
        "DeleteDomainName",
    ];
    let writes = bench.account().writes.clone();
    let about = writes.iter().filter(|call| order.contains(&call.as_str()));
    assert_eq!(about.collect::<Vec<_>>(), order);
    assert_eq!(
        (domains(&bench), mark(&bench)),
        (vec!["api.other.test".to_owned()], json!("api.other.test"))
    );
    // Both are found again where that was cut off, and the file has a third name by now.
    bench.account().at(&["apis", API, "stages", "dev", "tags"])["gatewayq:domain"] =
        format!("{DOMAIN}+api.other.test").into();
    let third = FULL.replace(DOMAIN, "third.test");
    bench.deploy_and_agree(&third, "third").await;
    assert_eq!(
        (domains(&bench), mark(&bench)),
        (vec!["third.test".to_owned()], json!("third.test"))
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_of_two_apps_takes_the_name_with_it() {
    let bench = Bench::deployed(FULL).await;
    bench.deploy_and_agree(&other_app(), "beside it").await;
    assert_eq!(mapped(&bench, DOMAIN), ["stock", "v1"]);
    let plan = bench.plan_for(FULL, &Purpose::Delete, Goal::Absent).await;
    let told = work(&plan);
    assert!(told.contains("domain name base path mapping"), "{told:?}");
    delete(&bench, FULL).await;
    assert_eq!(mapped(&bench, DOMAIN), ["stock"]);
    let plan = bench.plan_for(FULL, &Purpose::Delete, Goal::Absent).await;
    let kept = plan.steps.iter().find_map(|step| match &step.action {
        Action::Retain { reason, .. } if step.kind == "domain name" => Some(reason.clone()),
        _ => None,
    });
    let reason = kept.unwrap();
    assert!(
        reason.contains("stock to stage dev of REST API stock-dev"),
        "{reason}"
    );
    delete(&bench, &other_app()).await;
    assert_eq!(domains(&bench), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_base_path_that_leads_elsewhere_is_in_the_way() {
    let bench = Bench::deployed(FULL).await;
    let same = other_app().replace("base_path = \"stock\"", "base_path = \"v1\"");
    let plan = bench.plan(&same).await;
    let foreign: Vec<&str> = plan.foreign().map(|(_, reason)| reason).collect();
    let [reason] = foreign.as_slice() else {
        panic!("{foreign:?}");
    };
    // It has no tags that `adopt` could put there.
    assert_eq!(plan.not_adoptable().count(), 1);
    assert!(
        reason.contains("stage dev of REST API shop-dev (a1b2c3d4e5)"),
        "{reason}"
    );
    // A delete leaves it, and takes what is this stage's.
    bench.deploy_and_agree(&other_app(), "beside it").await;
    delete(&bench, &same).await;
    assert_eq!(mapped(&bench, DOMAIN), ["v1"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_of_somebody_else_is_used_and_left() {
    let bench = Bench::deployed(FULL).await;
    bench.account().at(&["domains", DOMAIN, "domain"])["tags"] = json!({"team": "web"});
    let theirs = bench.account().at(&["domains", DOMAIN, "domain"]).clone();
    let changed = FULL.replace("certificate/1", "certificate/2");
    bench.deploy_and_agree(&changed, "not theirs").await;
    let details = bench.details(FULL, "domain name").await;
    assert_eq!(details[0].1, theirs["regionalDomainName"].as_str().unwrap());
    delete(&bench, &changed).await;
    assert_eq!(mapped(&bench, DOMAIN), [""; 0]);
    assert_eq!(*bench.account().at(&["domains", DOMAIN, "domain"]), theirs);
    bench.deploy_and_agree(FULL, "again").await;
    bench.deploy_and_agree(&off(), "off").await;
    assert_eq!(domains(&bench), [DOMAIN]);
}

/// In each run, whatever the one before it was told.
#[tokio::test(start_paused = true)]
async fn a_name_that_api_gateway_could_not_make_is_told_until_it_is_mended() {
    let bench = Bench::deployed(FULL).await;
    let place = ["domains", DOMAIN, "domain"];
    bench.account().at(&place)["domainNameStatus"] = "FAILED".into();
    bench.account().at(&place)["domainNameStatusMessage"] = "no such certificate".into();
    for _ in 0..2 {
        let told = work(&bench.plan(FULL).await);
        assert_eq!(told, ["domain name domainNameStatus".to_owned()].into());
        let refusal = bench.refusal(FULL).await;
        assert!(refusal.contains("FAILED no such certificate"), "{refusal}");
    }
    let mended = FULL.replace("certificate/1", "certificate/2");
    bench.deploy_and_agree(&mended, "another certificate").await;
}

/// The switch counts with a deployment that is made after it.
#[tokio::test(start_paused = true)]
async fn the_default_endpoint_goes_after_the_mapping_and_comes_back() {
    let bench = Bench::deployed(&closed()).await;
    let writes = bench.account().writes.clone();
    let last = |operation: &str| writes.iter().rposition(|call| call == operation);
    assert!(last("CreateBasePathMapping") < last("UpdateRestApi"));
    assert!(last("UpdateRestApi") < last("CreateDeployment"));
    let api = |name: &str| bench.account().at(&["apis", API, "api"])[name].clone();
    assert_eq!(api("disableExecuteApiEndpoint"), true);
    assert_eq!(work(&bench.plan(&closed()).await), [].into());
    assert_eq!(
        bench
            .account()
            .at(&["apis", API, "deployments"])
            .as_object()
            .unwrap()
            .len(),
        1
    );

    bench.account().at(&["apis", API, "api"])["disableExecuteApiEndpoint"] = false.into();
    let told = work(&bench.plan(&closed()).await);
    assert!(
        told.contains("default endpoint disableExecuteApiEndpoint"),
        "{told:?}"
    );
    bench
        .deploy_and_agree(&closed(), "switched on by somebody")
        .await;

    let before = bench.account().writes.len();
    bench.deploy_and_agree(FULL, "open").await;
    assert_eq!(api("disableExecuteApiEndpoint"), false);
    assert_eq!(api("tags")["gatewayq:default-endpoint"], "off");
    let writes = bench.account().writes[before..].to_vec();
    assert!(
        writes.contains(&"CreateDeployment".to_owned()),
        "{writes:?}"
    );

    // What somebody else switches off is theirs.
    bench.account().at(&["apis", API, "api"])["disableExecuteApiEndpoint"] = true.into();
    assert_eq!(work(&bench.plan(FULL).await), [].into());
}

/// Killed anywhere, there is a way in: the endpoint is served before the domain goes.
#[tokio::test(start_paused = true)]
async fn the_default_endpoint_comes_back_before_the_domain_goes() {
    let bench = Bench::deployed(&closed()).await;
    let before = bench.account().writes.len();
    let told = work(&bench.plan(&off()).await);
    for step in ["default endpoint", "deployment", "former domain name"] {
        assert!(told.iter().any(|one| one.starts_with(step)), "{told:?}");
    }
    bench.deploy_and_agree(&off(), "open, and no domain").await;
    let order = [
        "UpdateRestApi",
        "CreateDeployment",
        "UpdateStage",
        "DeleteBasePathMapping",
        "DeleteDomainName",
    ];
    let writes = bench.account().writes[before..].to_vec();
    let about = writes.iter().filter(|call| order.contains(&call.as_str()));
    assert_eq!(about.collect::<Vec<_>>(), order);
}

#[test]
fn the_files_here_are_right() {
    for file in [off(), other_app(), closed()] {
        settings(&file);
    }
}
