//! Where a deployed stage answers.

use crate::aws::Aws;
use crate::cli::Global;
use crate::shell::quoted;

/// The stage's base URL: execute-api on AWS, the emulator's own invoke path behind a custom
/// endpoint (the form that LocalStack made common).
pub(crate) fn stage_url(aws: &Aws, rest_api_id: &str, stage: &str) -> String {
    match &aws.endpoint {
        Some(endpoint) => {
            format!(
                "{}/restapis/{rest_api_id}/{stage}/_user_request_",
                endpoint.trim_end_matches('/')
            )
        }
        None => {
            let suffix = aws.identity.dns_suffix();
            format!(
                "https://{rest_api_id}.execute-api.{}.{suffix}/{stage}",
                aws.region
            )
        }
    }
}

/// The flags of this command line that the next one needs too, as a shell reads them.
pub(crate) fn flags(global: &Global) -> String {
    let mut flags = String::new();
    if global.local {
        flags += " --local";
    }
    if global.stage != "dev" {
        flags += &format!(" --stage {}", global.stage);
    }
    if let Some(profile) = &global.profile {
        flags += &format!(" --profile {}", quoted(profile));
    }
    if let Some(region) = &global.region {
        flags += &format!(" --region {region}");
    }
    if global.project_dir != "." {
        flags += &format!(" --project-dir {}", quoted(global.project_dir.as_str()));
    }
    flags
}
