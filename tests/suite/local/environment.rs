//! The shell of a user who works with AWS proper beside the local one.
use std::process::Command;

use super::{Stop, local, root};
use crate::support::project::Project;
use crate::support::python;

/// What a shell may say of AWS; nothing listens on port 9.
pub(super) const MISLEADING: [(&str, &str); 27] = [
    ("ALL_PROXY", "http://127.0.0.1:9"),
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_CA_BUNDLE", "/no/such/file"),
    ("AWS_CONFIG_FILE", "/no/such/file"),
    ("AWS_DEFAULT_PROFILE", "no such profile"),
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL_API_GATEWAY", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ("AWS_MAX_ATTEMPTS", "many"),
    ("AWS_PROFILE", "no such profile"),
    ("AWS_REGION", ""),
    ("AWS_RETRY_MODE", "nonsense"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
    ("AWS_SESSION_TOKEN", "nonsense"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/no/such/file"),
    ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
    ("AWS_USE_FIPS_ENDPOINT", "true"),
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("HTTPS_PROXY", "http://127.0.0.1:9"),
    ("NO_PROXY", "example.com"),
    ("http_proxy", "http://127.0.0.1:9"),
    ("https_proxy", "http://127.0.0.1:9"),
];

const BOTO3: &str = "import boto3
boto3.client('sqs').create_queue(QueueName='made')
print(boto3.client('sts').get_caller_identity()['Arn'], boto3.client('sqs').list_queues()['QueueUrls'])";

/// boto3 in a shell that has evaluated what `local env` prints, with all that misleads set before.
#[test]
fn local_env_leads_boto3_to_the_local_aws() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let place = root(&project);
    for misleading in [&[][..], &MISLEADING] {
        let mut printed = local(&project, ["local", "env"]);
        for (name, value) in misleading {
            printed = printed.env(name, value);
        }
        let script = format!("{}\nexec \"$0\" -c \"$1\"", printed.ok().stdout);
        let output = Command::new("sh")
            .args(["-c", &script])
            .arg(python::main().interpreter())
            .arg(BOTO3)
            .env_clear()
            .env("HOME", project.home())
            // Not AWS's: what follows is the client's own affair.
            .envs(
                misleading
                    .iter()
                    .copied()
                    .filter(|(name, _)| !["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"].contains(name)),
            )
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        let expected = format!(
            "arn:aws:iam::000000000000:root ['{}/000000000000/made']",
            place.endpoint
        );
        assert_eq!(told.trim(), expected, "{error}");
    }
}
