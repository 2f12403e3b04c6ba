//! Another deploy at work between two calls of this one, with other routes or other code.

use super::bench::{Bench, FULL};
use super::fields::{API, FUNCTION};
use super::versions::{deploy, deployments, left, live, other_routes};
use crate::stack::Purpose;

/// Another deploy's switches come between the two of this one: code and routes of different deploys never stay together.
#[tokio::test(start_paused = true)]
async fn a_version_that_another_deploy_made_live_meanwhile_is_seen() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench.account().meanwhile = Some(("UpdateAlias", |world| {
        let alias = &mut world["functions"][FUNCTION]["Aliases"]["live"]["Alias"];
        alias["FunctionVersion"] = "1".into();
        alias["Description"] = "gatewayq: version 1".into();
    }));
    deploy(&bench, &other_routes(), "b").await;
    assert!(bench.account().meanwhile.is_none());
    assert_eq!(live(&bench), "2");
    assert_eq!(
        left(&bench, &other_routes(), &Purpose::Inspect).await,
        [].into()
    );
}

/// Two deploys of code alone: the other one publishes and switches while UpdateAlias of this one is not through.
#[tokio::test(start_paused = true)]
async fn an_alias_that_another_deploy_took_further_is_not_taken_back() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench.account().meanwhile = Some(("UpdateAlias", |world| {
        let function = &mut world["functions"][FUNCTION];
        let mut theirs = function["Versions"]["2"].clone();
        theirs["Version"] = "3".into();
        theirs["CodeSha256"] = "theirs".into();
        function["Configuration"]["CodeSha256"] = "theirs".into();
        function["Published"] = function["Configuration"].clone();
        function["Versions"]["3"] = theirs;
        let alias = &mut function["Aliases"]["live"]["Alias"];
        alias["FunctionVersion"] = "3".into();
        alias["Description"] = "gatewayq: version 3".into();
    }));
    bench.account().denies = Some(("UpdateAlias", "ResourceConflictException"));
    deploy(&bench, FULL, "b").await;
    let account = bench.account();
    assert!(account.meanwhile.is_none() && account.denies.is_none());
    let function = &account.world["functions"][FUNCTION];
    assert_eq!(function["Aliases"]["live"]["Alias"]["FunctionVersion"], "4");
    let code = &function["Configuration"]["CodeSha256"];
    assert_eq!(function["Versions"]["4"]["CodeSha256"], *code);
    assert_ne!(*code, "theirs");
}

/// The same before UpdateAlias, after the look at the alias.
#[tokio::test(start_paused = true)]
async fn an_alias_is_switched_as_it_was_seen() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench.account().meanwhile = Some(("PublishVersion", |world| {
        let alias = &mut world["functions"][FUNCTION]["Aliases"]["live"]["Alias"];
        alias["RevisionId"] = "theirs".into();
    }));
    bench.account().reads.clear();
    deploy(&bench, FULL, "b").await;
    assert!(bench.account().meanwhile.is_none());
    let reads = bench.account().reads.clone();
    let looks = reads.iter().filter(|call| *call == "ListAliases");
    assert_eq!(looks.count(), 2, "{reads:?}");
    assert_eq!(live(&bench), "2");
}

/// A deployment keeps what the API has when it is made. Another deploy opens a route between this one's routes and its
/// deployment: nobody would see that any more, under this one's name.
#[tokio::test(start_paused = true)]
async fn what_another_deploy_changes_before_the_deployment_is_not_deployed() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench.account().meanwhile = Some(("CreateDeployment", |world| {
        let resources = world["apis"][API]["resources"].as_object_mut().unwrap();
        let mut methods = resources
            .values_mut()
            .filter_map(|one| one.get_mut("resourceMethods"));
        let methods = methods.find_map(|all| all.get_mut("GET")).unwrap();
        methods["authorizationType"] = "NONE".into();
        methods["apiKeyRequired"] = false.into();
    }));
    let before = deployments(&bench);
    bench.account().writes.clear();
    bench.account().denies = Some(("DeleteDeployment", "TooManyRequestsException"));
    deploy(&bench, &other_routes(), "b").await;
    assert!(bench.account().meanwhile.is_none() && bench.account().denies.is_none());
    let writes = bench.account().writes.clone();
    let count = |name: &str| writes.iter().filter(|call| *call == name).count();
    let (made, taken_back) = (count("CreateDeployment"), count("DeleteDeployment"));
    assert_eq!((made, taken_back), (2, 2), "{writes:?}");
    assert_eq!(deployments(&bench), before + 1);
    assert_eq!(
        left(&bench, &other_routes(), &Purpose::Inspect).await,
        [].into()
    );
}
