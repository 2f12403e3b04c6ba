//! The recorded answers of `tests/suite/models/answers`: each is one that the operation's model allows, and there is
//! one for every operation that the program calls.
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::models::{self, shape};
use crate::support::workspace;

/// An answer's file, its service and its operation (`GetStage.without-logging` is one of GetStage).
fn answers() -> Vec<(PathBuf, String, String)> {
    let folder = workspace().join("tests/suite/models/answers");
    let mut found = vec![];
    for service in fs::read_dir(folder).unwrap().flatten() {
        for file in fs::read_dir(service.path()).into_iter().flatten().flatten() {
            let name = file.file_name().into_string().unwrap();
            let operation = name.split('.').next().unwrap().to_owned();
            let service = service.file_name().into_string().unwrap();
            found.push((file.path(), service, operation));
        }
    }
    found
}

fn read(path: &std::path::Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_recorded_answer_fits_its_model() {
    let mut wrong = vec![];
    for (path, service, operation) in answers() {
        let (model, answer) = (&models::all()[service.as_str()], read(&path));
        let known = &model.json["operations"][&operation];
        assert!(known.is_object(), "{}", path.display());
        let output = known["output"].as_str();
        let mut problems = match (output, &answer["body"]) {
            (Some(output), body @ Value::Object(_)) => shape::problems(model, output, body),
            _ => vec![],
        };
        // Least sizes bind requests: a list without tags has none.
        problems.retain(|problem| !problem.contains(" is below "));
        let status = answer["status"].as_u64().unwrap();
        let told = known["status"].as_u64().unwrap_or(200);
        if status != told && !tells_its_status(model, output) {
            problems.push(format!("status {status}, not {told}"));
        }
        wrong.extend(
            problems
                .iter()
                .map(|one| format!("{}: {one}", path.display())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether the status is a member of the answer, and so can be several: Lambda's DeleteFunction.
fn tells_its_status(model: &models::Model, output: Option<&str>) -> bool {
    let mut members = shape::members(output.map_or(&Value::Null, |name| model.shape(name)));
    members.any(|(_, member)| member["location"] == "statusCode")
}

#[test]
fn every_operation_has_a_recorded_answer() {
    let have: BTreeSet<_> = answers()
        .into_iter()
        .map(|(_, service, operation)| format!("{service}:{operation}"))
        .collect();
    let all = models::all().values().flat_map(|model| {
        let names = model.operations().map(|(name, _)| name);
        names.map(|name| format!("{}:{name}", model.service))
    });
    let missing: Vec<String> = all.filter(|name| !have.contains(name)).collect();
    assert_eq!(missing, BY_THE_SDK, "operations without an answer");
}

/// What the credentials chain calls, and not gatewayq.
const BY_THE_SDK: [&str; 1] = ["sts:AssumeRole"];

/// An error of the list is one that the operation's model names, or one that every operation can answer.
#[test]
fn every_recorded_error_has_its_models_status() {
    let errors = read(&workspace().join("tests/suite/models/answers/errors.json"));
    let mut wrong = vec![];
    for error in errors.as_array().unwrap() {
        let model = &models::all()[error["service"].as_str().unwrap()];
        let errors = model.json["errors"].as_object().unwrap();
        let modelled = errors.values().find(|known| known["code"] == error["code"]);
        if modelled.is_some_and(|known| known["status"] != error["status"]) {
            wrong.push(format!("{error}: {modelled:?}"));
        }
        let means = [
            "wait",
            "final",
            "not found",
            "exists",
            "denied",
            "at the start",
        ];
        assert!(
            means.iter().any(|means| error["means"] == *means),
            "{error}"
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
