//! The headers of API Gateway's own errors: what they are, what stays beside them, and how they go.

use super::bench::{Bench, FULL, work};
use super::fields::API;
use serde_json::{Value, json};

/// The file with this in the place of the section.
fn with(section: &str) -> String {
    let (before, rest) = FULL.split_once("[api.cors]").unwrap();
    let (_, after) = rest.split_once("[authorizers.customers]").unwrap();
    format!("{before}{section}\n[authorizers.customers]{after}")
}

fn off() -> String {
    with("")
}

/// The parameters of both gateway responses, which are the same.
fn parameters(bench: &Bench) -> Value {
    let responses = bench.account().at(&["apis", API, "responses"]).clone();
    let of = |kind: &str| responses[kind]["responseParameters"].clone();
    assert_eq!(of("DEFAULT_4XX"), of("DEFAULT_5XX"));
    of("DEFAULT_4XX")
}

fn tag(bench: &Bench) -> Value {
    bench.account().at(&["apis", API, "api", "tags"])["gatewayq:cors"].clone()
}

fn named(value: &str) -> Value {
    json!({"gatewayresponse.header.Access-Control-Allow-Origin": value})
}

/// API Gateway gives all errors one value, and none names an origin that asked.
#[tokio::test(start_paused = true)]
async fn errors_name_the_one_origin_or_all() {
    let one = r#"origins = ["https://shop.test"]"#;
    let (all, some) = (
        r#"origins = ["*"]"#,
        r#"origins = ["https://a.test", "https://b.test"]"#,
    );
    let any = r#"origins = ["https://*.shop.test"]"#;
    for (keys, wanted) in [
        (one, named("'https://shop.test'")),
        (all, named("'*'")),
        (some, named("'*'")),
        (any, named("'*'")),
    ] {
        let bench = Bench::deployed(&with(&format!("[api.cors]\n{keys}"))).await;
        assert_eq!(parameters(&bench), wanted, "{keys}");
    }
    // Browsers do not take `*` together with credentials.
    for keys in [some, any] {
        let keys = format!("[api.cors]\n{keys}\ncredentials = true");
        let bench = Bench::deployed(&with(&keys)).await;
        assert_eq!(parameters(&bench), Value::Null, "{keys}");
        assert_eq!(work(&bench.plan(&with(&keys)).await), [].into());
    }
}

#[tokio::test(start_paused = true)]
async fn a_stage_without_cors_asks_nothing_of_gateway_responses() {
    let bench = Bench::deployed(&off()).await;
    bench.plan(&off()).await;
    let account = bench.account();
    let calls = account.reads.iter().chain(&account.writes);
    let about = |call: &&String| call.contains("GatewayResponse");
    assert_eq!(calls.filter(about).count(), 0);
}

/// And the tag that tells of them says so last.
#[tokio::test(start_paused = true)]
async fn what_is_switched_off_goes_and_is_not_looked_for_again() {
    let bench = Bench::deployed(FULL).await;
    assert_eq!(tag(&bench), "on");
    let told = work(&bench.plan(&off()).await);
    assert!(told.contains("gateway responses (deleting)"), "{told:?}");
    bench.deploy_and_agree(&off(), "off").await;
    let responses = bench.account().at(&["apis", API, "responses"]).clone();
    assert_eq!((responses, tag(&bench)), (json!({}), json!("off")));
    let last = bench
        .account()
        .writes
        .iter()
        .rposition(|call| call == "DeleteGatewayResponse");
    let tagged = bench
        .account()
        .writes
        .iter()
        .rposition(|call| call == "TagResource");
    assert!(last < tagged);
    bench.account().reads.clear();
    bench.plan(&off()).await;
    assert!(
        !bench
            .account()
            .reads
            .contains(&"GetGatewayResponses".to_owned())
    );

    // A run that was cut off before the tag is taken up by the next.
    bench.account().at(&["apis", API, "api", "tags"])["gatewayq:cors"] = "on".into();
    bench.deploy_and_agree(&off(), "cut off").await;
    assert_eq!(tag(&bench), "off");
    bench.deploy_and_agree(FULL, "on again").await;
    assert_eq!(tag(&bench), "on");
}

#[tokio::test(start_paused = true)]
async fn what_others_set_on_a_gateway_response_stays() {
    let bench = Bench::deployed(&off()).await;
    let theirs = json!({
        "responseType": "DEFAULT_4XX", "defaultResponse": false, "statusCode": "418",
        "responseParameters": {"gatewayresponse.header.x-theirs": "'1'"},
        "responseTemplates": {"application/json": "{}"},
    });
    *bench.account().at(&["apis", API, "responses"]) = json!({"DEFAULT_4XX": theirs});
    bench.deploy_and_agree(FULL, "on").await;
    let mut wanted = theirs.clone();
    for (name, value) in [("Origin", "'https://shop.test'"), ("Credentials", "'true'")] {
        let name = format!("gatewayresponse.header.Access-Control-Allow-{name}");
        wanted["responseParameters"][name] = value.into();
    }
    let exposed = "gatewayresponse.header.Access-Control-Expose-Headers";
    wanted["responseParameters"][exposed] = "'retry-after'".into();
    let found = |kind: &str| bench.account().at(&["apis", API, "responses"])[kind].clone();
    assert_eq!(found("DEFAULT_4XX"), wanted);
    bench.deploy_and_agree(&off(), "off").await;
    assert_eq!(found("DEFAULT_4XX"), theirs);
    assert_eq!(found("DEFAULT_5XX"), Value::Null);
}
