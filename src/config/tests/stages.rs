use super::{BASE, messages, read};
use crate::config::settings::Settings;

fn stage(more: &str, name: &str) -> Settings {
    read(&format!("{BASE}{more}"), name).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_stage_need_not_be_listed() {
    assert_eq!(stage("", "hamster").stage, "hamster");
}

#[test]
fn a_stage_goes_over_the_base_key_by_key() {
    let text = "[function]\nmemory = 512\ntimeout = 3\nenvironment = { AA = \"1\", BB = \"1\" }\n\
                [usage_plan]\nquota = { limit = 1, period = \"day\" }\n\
                [stages.prod]\ntags = { team = \"x\" }\n\
                [stages.prod.function]\nmemory = 1024\nenvironment = { BB = \"2\", CC = \"2\" }\n\
                [stages.prod.usage_plan]\nrate = 7\n";
    let (dev, prod) = (stage(text, "dev"), stage(text, "prod"));
    assert_eq!((dev.function.memory, prod.function.memory), (512, 1024));
    assert_eq!(prod.function.timeout, 3);
    let environment: Vec<String> = prod
        .function
        .environment
        .iter()
        .map(|(k, v)| format!("{k}{v}"))
        .collect();
    assert_eq!(environment, ["AA1", "BB2", "CC2"]);
    assert_eq!((dev.usage_plan.rate, prod.usage_plan.rate), (10.0, 7.0));
    assert_eq!(dev.usage_plan.quota, prod.usage_plan.quota);
    assert!(dev.tags.is_empty());
    assert_eq!(prod.tags["team"], "x");
}

#[test]
fn routes_lists_and_the_role_are_replaced_whole() {
    let text = "[queue]\nsenders = [\"arn:aws:iam::123456789012:root\"]\n\
                [role]\nboundary = \"arn:aws:iam::123456789012:policy/p\"\n\
                [[stages.prod.route]]\nmethod = \"PUT\"\npath = \"/x\"\nreply = 2\n\
                [stages.prod.queue]\nsenders = []\n\
                [stages.prod.role]\narn = \"arn:aws:iam::123456789012:role/r\"\n";
    let prod = stage(text, "prod");
    let paths: Vec<&str> = prod
        .routes
        .iter()
        .map(|route| route.path.as_str())
        .collect();
    assert_eq!(paths, ["/x"]);
    assert!(prod.queue.senders.is_empty());
    assert_eq!(
        (prod.role.boundary.is_some(), prod.role.arn.is_some()),
        (false, true)
    );
    assert_eq!(stage(text, "dev").routes.len(), 1);
}

#[test]
fn mistakes_in_another_stage_are_told_too() {
    let wrong = |more: &str| messages(&format!("{BASE}{more}"));
    assert_eq!(
        wrong("[stages.prod.function]\nmemory = 1"),
        "`memory` is 1; allowed: 128 to 10240 (MB)"
    );
    assert_eq!(
        wrong("[stages.prod.queue]\ndead_letter_retention = 60"),
        "`dead_letter_retention` is 60; allowed: `retention` (345600) or more, as a message's age \
         goes on counting in the dead-letter queue"
    );
    assert_eq!(
        wrong("[stages.prod]\nname = 1"),
        "unknown key `name` in [stages.prod]; allowed: tags, route, function, queue, usage_plan, \
         api, role"
    );
    assert_eq!(
        wrong("[stages]\nprod = 1"),
        "[stages.prod] has to be a section"
    );
    assert_eq!(
        wrong("[stages.Prod]"),
        "the stage [stages.Prod] has a name AWS or gatewayq would refuse; allowed: lower-case \
         letters, digits and single hyphens, a letter first, at most 40 characters"
    );
}

#[test]
fn a_base_value_is_checked_even_under_a_stage_that_replaces_it() {
    let text = format!("{BASE}[function]\nmemory = 1\n[stages.dev.function]\nmemory = 512\n");
    assert_eq!(messages(&text), "`memory` is 1; allowed: 128 to 10240 (MB)");
}
