//! Where a deployed stage answers.

use crate::aws::Aws;
use crate::cli::Global;
use crate::config::Settings;
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

/// Where callers find the stage: on its domain, or else at [`stage_url`]. In front of an emulator there is no
/// DNS, and the domain leads nowhere.
pub(crate) fn callers_url(aws: &Aws, rest_api_id: &str, settings: &Settings) -> String {
    match &settings.domain {
        Some(domain) if aws.endpoint.is_none() => domain.url(),
        _ => stage_url(aws, rest_api_id, &settings.stage),
    }
}

/// The flags of this command line that the next one needs too, as a shell reads them.
pub(crate) fn flags(global: &Global) -> String {
    flags_beside(global, &|name| std::env::var(name).ok())
}

/// A default goes without saying only where no `variable` says something else.
fn flags_beside(global: &Global, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let goes_without = |value: &str, default: &str, name: &str| {
        value == default && variable(name).is_none_or(|said| said == default)
    };
    let mut flags = String::new();
    if global.local {
        flags += " --local";
    }
    if !goes_without(&global.stage, "dev", "GATEWAYQ_STAGE") {
        flags += &format!(" --stage {}", global.stage);
    }
    if let Some(profile) = &global.profile {
        flags += &format!(" --profile {}", quoted(profile));
    }
    if let Some(region) = &global.region {
        flags += &format!(" --region {region}");
    }
    if !goes_without(global.project_dir.as_str(), ".", "GATEWAYQ_PROJECT_DIR") {
        flags += &format!(" --project-dir {}", quoted(global.project_dir.as_str()));
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Identity;

    /// An endpoint of AWS's own, as a VPC's, leads to the same API.
    #[test]
    fn a_stage_is_at_execute_api_but_for_an_emulators() {
        let mut aws = Aws::offline(1.0);
        assert_eq!(
            stage_url(&aws, "a1", "dev"),
            "https://a1.execute-api.eu-west-1.amazonaws.com/dev"
        );
        let caller = "arn:aws-cn:iam::123456789012:user/a".to_owned();
        aws.identity = Identity::new("123456789012".to_owned(), caller);
        aws.region = "cn-north-1".to_owned();
        assert_eq!(
            stage_url(&aws, "a1", "dev"),
            "https://a1.execute-api.cn-north-1.amazonaws.com.cn/dev"
        );
        aws.endpoint = Some("http://127.0.0.1:4566/".to_owned());
        assert_eq!(
            stage_url(&aws, "a1", "dev"),
            "http://127.0.0.1:4566/restapis/a1/dev/_user_request_"
        );
    }

    #[test]
    fn a_domain_is_where_callers_go_but_for_an_emulators() {
        let text = "[app]\nname = \"a\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n[domain]\n\
            name = \"api.example.com\"\nbase_path = \"v1\"\n\
            certificate_arn = \"arn:aws:acm:eu-west-1:123456789012:certificate/1\"\n";
        let settings = crate::config::parse("gatewayq.toml".into(), text, "dev").unwrap();
        let mut aws = Aws::offline(1.0);
        let url = |aws: &Aws| callers_url(aws, "a1", &settings);
        assert_eq!(url(&aws), "https://api.example.com/v1");
        aws.endpoint = Some("http://127.0.0.1:4566".to_owned());
        assert_eq!(
            url(&aws),
            "http://127.0.0.1:4566/restapis/a1/dev/_user_request_"
        );
    }

    #[test]
    fn flags_are_words_of_a_shell() {
        let mut global = Global {
            stage: "dev".to_owned(),
            project_dir: ".".into(),
            local: false,
            profile: None,
            region: None,
            json: true,
            quiet: false,
            verbose: true,
        };
        let flags = |global: &Global| flags_beside(global, &|_| None);
        assert_eq!(flags(&global), "");
        let set = |name: &str| match name {
            "GATEWAYQ_STAGE" => Some("prod".to_owned()),
            _ => Some("elsewhere".to_owned()),
        };
        let against = flags_beside(&global, &set);
        assert_eq!(against, " --stage dev --project-dir .");
        let same = |name: &str| Some(if name == "GATEWAYQ_STAGE" { "dev" } else { "." }.to_owned());
        assert_eq!(flags_beside(&global, &same), "");
        global.profile = Some("my team".to_owned());
        global.project_dir = "its folder".into();
        global.stage = "two".to_owned();
        global.region = Some("eu-west-1".to_owned());
        let words = shlex::split(&flags(&global)).unwrap();
        let wanted = [
            "--stage",
            "two",
            "--profile",
            "my team",
            "--region",
            "eu-west-1",
            "--project-dir",
            "its folder",
        ];
        assert_eq!(words, wanted);
    }
}
