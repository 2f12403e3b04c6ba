//! Nothing that a stack can have is left out of a format without a word.

use super::*;
use crate::build::zip;
use crate::config;
use crate::engine::NodeId;
use crate::resources::FULL;
use camino::Utf8Path;
use piece::pieces;
use serde_json::json;
use std::collections::BTreeSet;

const UNTAKEN: &str = "no counterpart for it in this format";

/// What excludes something in [`FULL`], or is not in it.
const OTHER: &str = "
[app]
name = \"shop\"
[queue]
kms_key = \"alias/shop\"
[role]
arn = \"arn:aws:iam::111122223333:role/mine\"
[domain]
name = \"api.shop.test\"
certificate_arn = \"arn:aws:acm:eu-west-1:111122223333:certificate/1\"
[api]
disable_default_endpoint = true
[usage_plans.gold]
rate = 30
[authorizers.elsewhere]
type = \"lambda\"
function = \"arn:aws:lambda:eu-west-1:444455556666:function:judge\"
kind = \"request\"
identity_sources = [\"method.request.header.x-a\", \"method.request.querystring.b\"]
[[route]]
method = \"ANY\"
path = \"/files/{rest+}\"
reply = 1
auth = \"elsewhere\"
api_key = false
[[route]]
method = \"GET\"
path = \"/a_b\"
reply = \"${aws:username} %{if}\"
[[route]]
method = \"GET\"
path = \"/a-b\"
reply = 1
";

pub(super) fn settings(file: &str) -> Settings {
    let path = Utf8Path::new("gatewayq.toml");
    config::parse(path, file, "dev").unwrap_or_else(|error| panic!("{error}"))
}

fn upload() -> Upload {
    let upload = Upload::default();
    upload.arrives(zip(b"a handler", b"{}").unwrap(), None);
    upload
}

fn exported(format: Format, file: &str) -> Export {
    export(format, &settings(file), &Place::any(), &upload(), None).unwrap()
}

/// As if all of the stack were deployed, with ids that tell what they are of.
fn deployed(file: &str) -> (Place, Identifiers) {
    let place = Place {
        identity: crate::aws::Identity::new(
            "111122223333".to_owned(),
            "arn:aws:iam::111122223333:user/a".to_owned(),
        ),
        region: "eu-west-1".to_owned(),
    };
    let pieces = pieces(&settings(file), &place, &upload()).unwrap();
    let of = |piece: &piece::Piece| -> (NodeId, BTreeMap<String, String>) {
        let names = [
            "id",
            "number",
            "root",
            "url",
            "arn",
            "host",
            "zone",
            "/",
            "/tasks",
            "/orders",
            "/orders/{id}",
            "/mine",
        ];
        let name = |name: &str| {
            (
                name.to_owned(),
                format!("{}-{name}", piece.kind.replace(' ', "-")),
            )
        };
        (piece.node, names.map(name).into_iter().collect())
    };
    (place, pieces.iter().map(of).collect())
}

fn document(export: &Export, name: &str) -> Value {
    let (_, content) = export.files.iter().find(|(file, _)| *file == name).unwrap();
    serde_json::from_slice(content).unwrap()
}

#[test]
fn every_field_of_every_resource_has_its_counterpart_or_is_passed_over_by_name() {
    for format in [Format::Openapi, Format::Cloudformation, Format::Terraform] {
        for file in [FULL, OTHER] {
            let left = exported(format, file).left;
            let forgotten = left.iter().filter(|left| left.why.contains(UNTAKEN));
            let forgotten: Vec<&str> = forgotten.map(|left| left.what.as_str()).collect();
            assert!(forgotten.is_empty(), "{format:?}: {forgotten:#?}");
        }
    }
}

/// A logical id has letters and digits alone.
#[test]
fn names_that_differ_in_signs_alone_are_resources_of_their_own() {
    let mut file =
        "[app]\nname = \"shop\"\n[usage_plans.tier-1]\nrate = 1\n[usage_plans.tier1]\nrate = 2\n"
            .to_owned();
    for path in ["/v", "/v-", "/vX2", "/v_"] {
        file += &format!("[[route]]\nmethod = \"GET\"\npath = \"{path}\"\nreply = 1\n");
    }
    let template = document(&exported(Format::Cloudformation, &file), "template.json");
    let resources = template["Resources"].as_object().unwrap();
    let values = |kind: &str, property: &str| -> BTreeSet<String> {
        let of_kind = resources.values().filter(|one| one["Type"] == kind);
        of_kind
            .map(|one| one["Properties"][property].to_string())
            .collect()
    };
    let parts = values("AWS::ApiGateway::Resource", "PathPart");
    assert_eq!(parts.len(), 4, "{parts:?}");
    // Each method is at a path of its own.
    let methods = values("AWS::ApiGateway::Method", "ResourceId");
    assert_eq!(methods.len(), 4, "{methods:?}");
    let plans = values("AWS::ApiGateway::UsagePlan", "UsagePlanName");
    assert_eq!(plans.len(), 3, "{plans:?}");
}

/// Resources that no stack wants, since they are what is left of something: a deploy removes them.
const LEFTOVERS: [&str; 6] = [
    "EarlierAuthorizers",
    "FormerDomains",
    "FormerPermission",
    "FormerSender",
    "OrphanLogs",
    "UnlistedPlans",
];

/// Fields that are not set before the resource is there.
const NEVER_SET: [&str; 1] = ["Function RoleId"];

/// The test above would say nothing of a resource or a field that the two files do not have.
#[test]
fn the_files_of_the_test_set_each_field_of_each_resource() {
    let name = |resource: &str| resource.rsplit("::").next().unwrap_or_default().to_owned();
    let (mut kinds, mut set) = (BTreeSet::new(), BTreeSet::new());
    for file in [FULL, OTHER] {
        for piece in pieces(&settings(file), &Place::any(), &upload()).unwrap() {
            let fields = piece.names().into_iter();
            set.extend(fields.map(|field| format!("{} {field}", name(piece.resource))));
            kinds.insert(name(piece.resource));
        }
    }
    for (resource, fields) in crate::resources::every_table() {
        let resource = name(resource);
        if LEFTOVERS.contains(&resource.as_str()) {
            continue;
        }
        assert!(
            kinds.contains(&resource),
            "no file of this test wants {resource}"
        );
        for (field, _) in fields {
            let field = format!("{resource} {field}");
            let expected = !NEVER_SET.contains(&field.as_str());
            assert_eq!(set.contains(&field), expected, "{field}");
        }
    }
}

#[test]
fn a_field_that_a_format_does_not_know_is_told() {
    let mut all = pieces(&settings(FULL), &Place::any(), &upload()).unwrap();
    let queue = all.iter_mut().find(|piece| piece.kind == "queue").unwrap();
    queue.put("NewAttribute", json!("1"));
    let export = cloudformation::export(&settings(FULL), all, &upload(), None);
    let told = export.left.iter().find(|left| left.why.contains(UNTAKEN));
    assert_eq!(told.unwrap().what, "queue shop-dev.fifo: NewAttribute");
}

#[test]
fn no_token_is_left_in_any_file() {
    let (place, ids) = deployed(FULL);
    for format in [Format::Openapi, Format::Cloudformation, Format::Terraform] {
        let deployed = export(format, &settings(FULL), &place, &upload(), Some(&ids)).unwrap();
        for (name, content) in exported(format, FULL).files.iter().chain(&deployed.files) {
            let text = String::from_utf8_lossy(content);
            if *name != CODE {
                assert!(
                    !text.contains('\u{e000}') && !text.contains("known after deploy"),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn gatewayqs_own_tags_stay_behind_and_the_users_go_along() {
    for format in [Format::Cloudformation, Format::Terraform] {
        for (name, content) in exported(format, FULL).files {
            let text = String::from_utf8_lossy(&content);
            if name != CODE {
                assert!(
                    !text.contains("gatewayq:") && text.contains("team"),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn what_cloudformation_or_terraform_would_fill_in_stays_the_users_text() {
    let file = FULL.replace("\"quick\"", "\"${aws:username} %{if}\"");
    let template = document(&exported(Format::Cloudformation, &file), "template.json");
    let variables = &template["Resources"]["Function"]["Properties"]["Environment"]["Variables"];
    assert_eq!(variables["MODE"], "${aws:username} %{if}");
    assert_eq!(variables["QUEUE_URL"], json!({"Ref": "Queue"}));
    let module = document(&exported(Format::Terraform, &file), "main.tf.json");
    let variables =
        &module["resource"]["aws_lambda_function"]["function"]["environment"]["variables"];
    assert_eq!(variables["MODE"], "$${aws:username} %%{if}");
    assert_eq!(variables["QUEUE_URL"], "${aws_sqs_queue.queue.url}");
}

#[test]
fn all_that_is_deployed_is_imported_but_what_is_said() {
    let (place, ids) = deployed(FULL);
    let of = |format| export(format, &settings(FULL), &place, &upload(), Some(&ids)).unwrap();
    let formation = of(Format::Cloudformation);
    let resources = document(&formation, "resources-to-import.json");
    let imported = document(&formation, "import-template.json");
    let imported = imported["Resources"].as_object().unwrap();
    assert_eq!(resources.as_array().unwrap().len(), imported.len());
    let all = document(&formation, "template.json");
    let told = formation
        .left
        .iter()
        .filter_map(|left| left.what.strip_prefix("import of "));
    let told: BTreeSet<&str> = told.collect();
    for id in all["Resources"].as_object().unwrap().keys() {
        assert_ne!(
            imported.contains_key(id),
            told.contains(id.as_str()),
            "{id}"
        );
    }
    let mut method = resources.as_array().unwrap().iter();
    let method = method.find(|one| one["LogicalResourceId"] == "MethodPostTasks");
    let method = method.unwrap();
    assert_eq!(
        method["ResourceIdentifier"],
        json!({"RestApiId": "REST-API-id", "ResourceId": "routes-/tasks", "HttpMethod": "POST"})
    );
    let terraform = of(Format::Terraform);
    let blocks = document(&terraform, "imports.tf.json")["import"].clone();
    let block = |to: &str| {
        blocks
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["to"] == to)
            .map(|one| one["id"].clone())
    };
    assert_eq!(
        block("aws_api_gateway_integration.post_tasks").unwrap(),
        "REST-API-id/routes-/tasks/POST"
    );
    assert_eq!(
        block("aws_lambda_permission.api").unwrap(),
        "shop-dev:live/gatewayq-live"
    );
    assert_eq!(block("aws_iam_role.logging[0]"), None);
}
