use camino::{Utf8Path, Utf8PathBuf};

use super::BASE;
use crate::config::settings::Access;
use crate::config::{Error, load, load_all, validate_stage};

fn file(content: &[u8]) -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path())
        .unwrap()
        .join("gatewayq.toml");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

#[test]
fn a_missing_file_says_what_to_do() {
    let error = load(Utf8Path::new("nowhere/gatewayq.toml"), "dev").unwrap_err();
    assert_eq!(
        error.to_string(),
        "nowhere/gatewayq.toml: no such file; write one (docs/configuration.md has an example) \
         or name the project's folder with --project-dir"
    );
}

/// Commands for all stages work whatever the stage of the command line is.
#[test]
fn a_stage_that_is_not_described_hides_none_that_is() {
    let route = "[[stages.prod.route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n";
    let (_folder, path) = file(format!("[app]\nname = \"a\"\n{route}").as_bytes());
    let error = load(&path, "dev").unwrap_err();
    assert!(
        error.first().starts_with("line 1: there is no route"),
        "{}",
        error.first()
    );
    let stages = load_all(&path, "dev").unwrap();
    let names: Vec<&str> = stages.iter().map(|one| one.stage.as_str()).collect();
    assert_eq!(names, ["prod"]);
    // A mistake is one for all of them.
    let wrong = format!("[app]\nname = \"a\"\n{route}[queue]\nno = 1\n");
    let (_folder, path) = file(wrong.as_bytes());
    load_all(&path, "dev").unwrap_err();
}

#[test]
fn a_folder_is_not_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = load(Utf8Path::from_path(folder.path()).unwrap(), "dev").unwrap_err();
    assert!(matches!(error, Error::NotAFile { .. }), "{error}");
}

#[test]
fn ten_megabytes_are_refused() {
    let (_folder, path) = file("a = 1\n".repeat(1_700_000).as_bytes());
    let error = load(&path, "dev").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{path}: larger than a configuration can be; allowed: 1048576 bytes")
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let (_folder, path) = file(b"[app]\nname = \"\xff\xfe\"\n");
    let error = load(&path, "dev").unwrap_err();
    assert_eq!(error.to_string(), format!("{path}:2: not text in UTF-8"));
}

#[test]
fn an_empty_file_says_what_is_missing() {
    let (_folder, path) = file(b"");
    let error = load(&path, "dev").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{path}:1:1: the section [app] with the application's `name` is missing\n\
             {path}:1:1: there is no route; write at least one [[route]]"
        )
    );
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for text in [
        "a = ".to_owned() + &"[".repeat(500_000),
        "a.".repeat(400_000) + "a = 1",
    ] {
        let (_folder, path) = file(text.as_bytes());
        assert!(matches!(load(&path, "dev"), Err(Error::Invalid { .. })));
    }
}

/// A route for each of the bodies.
fn with_bodies(bodies: impl Iterator<Item = &'static str>) -> String {
    let route = |(n, body)| {
        format!("[[route]]\nmethod = 'POST'\npath = '/{n}'\ntask = 'a'\nbody = '{body}'\n")
    };
    "[app]\nname = 'shop'\n".to_owned() + &bodies.enumerate().map(route).collect::<String>()
}

#[test]
fn a_schema_is_beside_the_file_and_goes_to_the_function_as_it_is_written() {
    let (folder, path) = file(with_bodies(["a.json"].into_iter()).as_bytes());
    let schema = "{ \"type\":\n \"object\" }";
    std::fs::write(folder.path().join("a.json"), schema).unwrap();
    let rendered = crate::routes_file::render(&load(&path, "dev").unwrap());
    let rendered = String::from_utf8(rendered).unwrap();
    assert!(rendered.contains(schema), "{rendered}");
}

#[test]
fn schemas_have_a_size_each_and_all_together() {
    let (folder, path) = file(with_bodies((0..17).map(|_| "a.json")).as_bytes());
    let filled = |size: usize| format!(r#"{{"title": "{}"}}"#, "x".repeat(size - 13));
    std::fs::write(folder.path().join("a.json"), filled(65_537)).unwrap();
    let error = load(&path, "dev").unwrap_err().to_string();
    assert!(
        error.contains(":7:8: `body`: a.json: larger than 65536 bytes"),
        "{error}"
    );
    std::fs::write(folder.path().join("a.json"), filled(65_536)).unwrap();
    let error = load(&path, "dev").unwrap_err();
    let [problem] = error.problems() else {
        panic!("{error}")
    };
    assert_eq!(
        problem.message,
        "the schemas of the routes up to this one have 1114112 bytes, each as often as it is named; allowed: 1048576"
    );
}

#[test]
fn a_stage_has_a_name_that_fits_everything() {
    for name in ["dev", "penguin", "pre-prod", "v2", "a", &"x".repeat(40)] {
        validate_stage(name).unwrap();
    }
    for name in [
        "",
        "Dev",
        "pre_prod",
        "-a",
        "a-",
        "a--b",
        "2b",
        "ä",
        "a b",
        &"x".repeat(41),
    ] {
        validate_stage(name).unwrap_err();
    }
    assert_eq!(
        validate_stage("Prod\u{1b}").unwrap_err().to_string(),
        "the stage `Prod\u{fffd}` has a name AWS or gatewayq would refuse; allowed: lower-case \
         letters, digits and single hyphens, a letter first, at most 40 characters"
    );
}

/// The policy of `[api]`, which is in a file beside gatewayq.toml.
fn access(policy: &str) -> Result<Option<Access>, String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    std::fs::write(folder.join("who.json"), policy).unwrap();
    let path = folder.join("gatewayq.toml");
    std::fs::write(&path, format!("{BASE}[api]\npolicy = \"who.json\"\n")).unwrap();
    match load(&path, "dev") {
        Ok(settings) => Ok(settings.api.access),
        Err(error) => Err(error.problems()[0].message.clone()),
    }
}

#[test]
fn a_resource_policy_is_read_and_checked() {
    let good = r#"{ "Version": "2012-10-17", "Statement": [] }"#;
    let document = serde_json::from_str(good).unwrap();
    assert_eq!(access(good), Ok(Some(Access::Policy(document))));
    let wrong = [
        (
            "{\n\"Statement\": [}",
            "`policy`: who.json:2: not JSON: expected value",
        ),
        (
            "[]",
            "`policy`: who.json: no policy, as it has no \"Statement\"",
        ),
    ];
    for (policy, message) in wrong {
        assert_eq!(access(policy), Err(message.to_owned()));
    }
    let long = format!("{{\"Statement\": \"{}\"}}", "x".repeat(8192));
    let message = "`policy`: who.json: 8208 bytes without spaces; allowed: 8192";
    assert_eq!(access(&long), Err(message.to_owned()));
}

#[test]
fn so_many_addresses_make_no_policy() {
    let addresses: Vec<String> = (0..400)
        .map(|n| format!("\"2001:db8:aaaa:bbbb:cccc:dddd:eeee:{n:x}\""))
        .collect();
    let text = format!("{BASE}[api]\nallow_ips = [{}]\n", addresses.join(", "));
    let error = super::read(&text, "dev").unwrap_err();
    assert!(
        error.problems()[0].message.contains("allowed: 7000"),
        "{error}"
    );
}
