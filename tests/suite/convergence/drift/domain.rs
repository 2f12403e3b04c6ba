//! The custom domain name and what is mapped on it.
use serde_json::json;

use super::super::scenario::FIRST;
use super::{Stage, all_of_a_stage, drift};

fn set_domain(stage: &Stage, path: &str, value: &str) {
    let params = json!({"domainName": "api.shop.test"});
    stage.patch("UpdateDomainName", params, path, value);
}

fn map_domain(stage: &Stage, base_path: &str) {
    let params = json!({"domainName": "api.shop.test", "basePath": base_path, "stage": "dev",
        "restApiId": stage.id("rest_api_id")});
    stage.call("apigateway", "CreateBasePathMapping", params);
}

fn unmap_domain(stage: &Stage) {
    let params = json!({"domainName": "api.shop.test", "basePath": "v1"});
    stage.call("apigateway", "DeleteBasePathMapping", params);
}

#[test]
fn the_domain_and_what_is_mapped_on_it() {
    let certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/1";
    let config = format!(
        "{FIRST}[domain]\nname = \"api.shop.test\"\ncertificate_arn = \"{certificate}\"\nbase_path = \"v1\"\n"
    );
    let drifts = [
        drift("regionalCertificateArn", |stage| {
            let other = "arn:aws:acm:eu-west-1:111122223333:certificate/2";
            set_domain(stage, "/regionalCertificateArn", other);
        }),
        drift("securityPolicy", |stage| {
            set_domain(stage, "/securityPolicy", "TLS_1_0");
        }),
        drift("endpointConfiguration", |stage| {
            set_domain(stage, "/endpointConfiguration/types/REGIONAL", "EDGE");
        }),
        drift("drifted  base path mapping", |stage| {
            let params = json!({"domainName": "api.shop.test", "basePath": "v1"});
            stage.patch("UpdateBasePathMapping", params, "/stage", "");
        }),
        drift("other base path", |stage| map_domain(stage, "v2")),
        drift("other base path", |stage| {
            unmap_domain(stage);
            map_domain(stage, "(none)");
        }),
        drift("missing  base path mapping", unmap_domain),
        drift("missing  domain name", |stage| {
            unmap_domain(stage);
            let params = json!({"domainName": "api.shop.test"});
            stage.call("apigateway", "DeleteDomainName", params);
        }),
        drift("tag gatewayq:domain", |stage| {
            let api = stage.id("rest_api_id");
            let arn = format!(
                "arn:aws:apigateway:eu-west-1::/restapis/{}/stages/dev",
                api.as_str().unwrap()
            );
            let params = json!({"resourceArn": arn, "tagKeys": ["gatewayq:domain"]});
            stage.call("apigateway", "UntagResource", params);
        }),
    ];
    all_of_a_stage(&config, &drifts);
}
