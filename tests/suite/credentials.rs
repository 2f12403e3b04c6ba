//! Where credentials come from, and what is said where there are none that work.
use std::fs;
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::cli::{Cli, Output};
use crate::support::http::{Asked, Server, answer};
use crate::support::project::Project;

fn with_profiles(config: &str) -> Project {
    let project = Project::walkthrough();
    fs::create_dir(project.home().join(".aws")).unwrap();
    fs::write(project.home().join(".aws/config"), config).unwrap();
    project
}

fn sts(text: &str) -> Vec<u8> {
    let status = if text.contains("<Error>") { 403 } else { 200 };
    answer(status, "text/xml", text.as_bytes())
}

fn refusal(code: &str) -> Vec<u8> {
    sts(&format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    ))
}

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>A</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

fn is_sts(asked: &Asked) -> bool {
    String::from_utf8_lossy(&asked.body).contains("GetCallerIdentity")
}

fn with_keys(command: Cli, server: &Server) -> Cli {
    command
        .env("AWS_ENDPOINT_URL", server.url())
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-real-one")
}

/// IAM knows a new key everywhere only after some seconds.
#[test]
fn a_brand_new_access_key_is_asked_for_again() {
    let project = Project::walkthrough();
    let server = Server::start(|asked, before| match is_sts(asked) {
        true if before < 2 => refusal("InvalidClientTokenId"),
        true => sts(IDENTITY),
        false => refusal("AccessDenied"),
    });
    let output = with_keys(project.command(["status"]), &server).run();
    assert!(output.says("asking again"), "{output}");
    assert!(!output.says("whose credentials"), "{output}");
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|one| is_sts(one)).count(), 3);
}

#[test]
fn an_access_key_that_nobody_knows_is_told() {
    let project = Project::walkthrough();
    let server = Server::start(|_, _| refusal("InvalidClientTokenId"));
    let output = with_keys(project.command(["status"]), &server).exits(1);
    assert!(output.says("AWS knows no such access key"), "{output}");
    assert_eq!(server.asked().len(), 5);
    assert!(output.took < Duration::from_secs(60));
}

#[test]
fn temporary_keys_that_ran_out_are_told() {
    let project = Project::walkthrough();
    let server = Server::start(|_, _| refusal("ExpiredToken"));
    let output = with_keys(project.command(["status"]), &server).exits(1);
    assert!(output.says("they are temporary, and ran out"), "{output}");
    assert_eq!(server.asked().len(), 1);
}

/// `invoke` as `profile` at a URL that nobody is at: it fails before the request.
#[track_caller]
fn refused(project: &Project, profile: &str) -> Output {
    let args = [
        "invoke",
        "--url",
        "http://127.0.0.1:1",
        "/",
        "--profile",
        profile,
    ];
    let server = Server::start(|_, _| refusal("AccessDenied"));
    let output = project
        .command(args)
        .env("AWS_ENDPOINT_URL_STS", server.url())
        .env("AWS_REGION", "eu-west-1")
        .exits(1);
    assert!(!output.says("feature"), "{output}");
    output
}

const PROFILES: &str = "
[default]
region = eu-west-1
[profile lost]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = nobody
[profile keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = not-a-real-one
[profile code]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = keys
mfa_serial = arn:aws:iam::123456789012:mfa/me
[profile work]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = dev
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[profile console]
login_session = arn:aws:iam::123456789012:user/me
[profile my team]
region = eu-west-1
[profile größe]
region = eu-west-1
";

#[test]
fn a_profile_that_gives_no_credentials_says_why() {
    let project = with_profiles(PROFILES);
    let told = [
        (
            "nobody",
            "there is no AWS profile \"nobody\": those in ~/.aws are code, console, default, keys, lost, work",
        ),
        (
            "lost",
            "the AWS profile \"lost\" names the source_profile \"nobody\", which does not exist",
        ),
        (
            "code",
            "aws configure export-credentials --profile code --format env",
        ),
        ("work", "aws sso login --profile work"),
        ("console", "aws login --profile console"),
        ("my team", "the AWS profile \"my team\" cannot be read"),
        ("größe", "the AWS profile \"größe\" cannot be read"),
    ];
    for (profile, words) in told {
        let output = refused(&project, profile);
        assert!(output.stderr.contains(words), "{profile}: {output}");
    }
}

#[test]
fn a_profile_of_the_environment_counts_too() {
    let project = with_profiles(PROFILES);
    let output = project
        .command(["status"])
        .env("AWS_PROFILE", "nobody")
        .env("AWS_REGION", "eu-west-1")
        .exits(1);
    assert!(
        output.says("there is no AWS profile \"nobody\""),
        "{output}"
    );
}

/// It may ask its user for something.
#[test]
fn a_program_that_gives_credentials_is_run_once() {
    let project = Project::walkthrough();
    let (program, runs) = (project.path("give"), project.path("runs"));
    let keys =
        r#"{"Version": 1, "AccessKeyId": "AKIAEXAMPLE", "SecretAccessKey": "not-a-real-one"}"#;
    let script = format!("echo run >> '{}'\necho '{keys}'\n", runs.display());
    fs::write(&program, script).unwrap();
    fs::create_dir(project.home().join(".aws")).unwrap();
    let profile = format!(
        "[default]\ncredential_process = sh '{}'\n",
        program.display()
    );
    fs::write(project.home().join(".aws/config"), profile).unwrap();
    let server = Server::start(|_, before| match before {
        0 | 1 => answer(403, "application/json", br#"{"message":"Forbidden"}"#),
        _ => answer(200, "application/json", b"1"),
    });
    let invoke = project.command(["invoke", "--url", &server.url(), "/"]);
    let invoke = invoke.env("AWS_REGION", "eu-west-1");
    invoke.env("GATEWAYQ_API_KEY", "a-key").ok();
    assert_eq!(server.asked().len(), 3);
    assert_eq!(fs::read_to_string(runs).unwrap(), "run\n");
}

/// What `aws login` leaves: a profile, and a token in a file that is named after the session.
#[test]
fn a_profile_of_aws_login_signs() {
    let session = "arn:aws:iam::123456789012:user/me";
    let project = with_profiles(PROFILES);
    let cache = project.home().join(".aws/login/cache");
    fs::create_dir_all(&cache).unwrap();
    let expires = DateTime::from(SystemTime::now() + Duration::from_secs(3600));
    let token = json!({
        "accessToken": {
            "accessKeyId": "ASIALOGGEDIN", "secretAccessKey": "x", "sessionToken": "y",
            "accountId": "123456789012", "expiresAt": expires.fmt(Format::DateTime).unwrap(),
        },
        "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "z", "idToken": "i", "dpopKey": "k",
    });
    let name: String = Sha256::digest(session)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fs::write(cache.join(format!("{name}.json")), token.to_string()).unwrap();

    let server = Server::start(|_, _| answer(200, "text/plain", b"in"));
    let url = server.url();
    let args = ["invoke", "--url", url.as_str(), "/", "--profile", "console"];
    let output = project.command(args).env("AWS_REGION", "eu-west-1").ok();
    assert_eq!(output.stdout, "in\n");
    let signed = server.asked()[0]
        .header("authorization")
        .unwrap()
        .to_owned();
    assert!(signed.contains("Credential=ASIALOGGEDIN/"), "{signed}");
}

/// A shell leaves a variable out by setting it to nothing.
#[test]
fn empty_variables_count_as_unset() {
    let project = Project::walkthrough();
    let server = Server::start(|asked, _| match is_sts(asked) {
        true => sts(IDENTITY),
        false => refusal("AccessDenied"),
    });
    let mut command =
        with_keys(project.command(["status"]), &server).env("AWS_DEFAULT_REGION", "eu-central-1");
    for name in [
        "AWS_REGION",
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL_SQS",
        "AWS_CONFIG_FILE",
        "AWS_CA_BUNDLE",
        "HTTPS_PROXY",
        "GATEWAYQ_STAGE",
        "GATEWAYQ_PROJECT_DIR",
        "GATEWAYQ_MAX_WAIT",
        "GATEWAYQ_PACE",
    ] {
        command = command.env(name, "");
    }
    let output = command.run();
    assert!(output.says("AccessDenied"), "{output}");
    let scopes = server
        .asked()
        .into_iter()
        .filter_map(|one| one.header("authorization").map(str::to_owned));
    let scopes: Vec<String> = scopes.collect();
    assert!(scopes[0].contains("/eu-central-1/sts/"), "{scopes:?}");
}

#[test]
fn a_region_that_is_none_is_told_before_the_first_call() {
    let project = Project::walkthrough();
    let server = Server::start(|_, _| refusal("AccessDenied"));
    for (region, told) in [
        ("Ireland", "\"Ireland\" is not an AWS Region"),
        ("eu-west-1a", "the Region is eu-west-1"),
    ] {
        let output = with_keys(project.command(["status"]), &server)
            .env("AWS_REGION", region)
            .exits(1);
        assert!(output.says(told), "{output}");
    }
    assert!(server.asked().is_empty());
}
