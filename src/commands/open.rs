//! `gatewayq open`

use super::Failure;
use super::session::{Session, not_deployed};
use crate::cli::Global;
use crate::endpoint;
use crate::output::Printer;
use serde_json::json;
use std::process::{Command, Stdio};

pub(crate) async fn run(global: &Global, printer: &Printer) -> Result<(), Failure> {
    if global.local {
        let flags = endpoint::flags(global);
        return Err(Failure::usage(format!(
            "the local AWS has no console; gatewayq url{flags} says where the stage answers"
        )));
    }
    let session = Session::open(global, printer).await?;
    let stack = session.inspect(|stack| vec![stack.api.id()]).await?;
    let api = stack
        .api
        .current()
        .ok_or_else(|| not_deployed(&stack, global))?;
    let aws = &session.runtime.aws;
    let place = Place {
        partition: &aws.identity.partition,
        region: &aws.region,
        api: &api.id,
        stage: &session.settings.stage,
    };
    let url = place.url()?;
    if !printer.json && browse(&url) {
        printer.note("opened in the browser");
    }
    printer.result(&json!({"url": url}), &url);
    Ok(())
}

/// A stage, as the console finds it.
struct Place<'a> {
    partition: &'a str,
    region: &'a str,
    api: &'a str,
    stage: &'a str,
}

impl Place<'_> {
    /// Each partition has a console of its own.
    fn url(&self) -> Result<String, Failure> {
        let host = match self.partition {
            "aws" => "console.aws.amazon.com",
            "aws-cn" => "console.amazonaws.cn",
            "aws-us-gov" => "console.amazonaws-us-gov.com",
            other => {
                return Err(Failure::failed(format!(
                    "gatewayq does not know the console of the partition {other}; there, look for the REST API {} and its stage {}",
                    self.api, self.stage
                )));
            }
        };
        let Self {
            region, api, stage, ..
        } = self;
        Ok(format!(
            "https://{region}.{host}/apigateway/home?region={region}#/apis/{api}/stages/{stage}"
        ))
    }
}

/// Hands the URL to what this system opens URLs with; false where there is no screen.
fn browse(url: &str) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let program = match std::env::var_os("BROWSER").filter(|browser| !browser.is_empty()) {
        Some(browser) => browser,
        None if cfg!(target_os = "macos") => "open".into(),
        None if set("DISPLAY") || set("WAYLAND_DISPLAY") => "xdg-open".into(),
        None => return false,
    };
    let started = Command::new(program)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    started.is_ok()
}

#[cfg(test)]
mod tests {
    use super::Place;

    fn url(partition: &str, region: &str) -> Result<String, String> {
        let place = Place {
            partition,
            region,
            api: "abc123",
            stage: "penguin",
        };
        place.url().map_err(|failure| failure.message().unwrap())
    }

    #[test]
    fn each_partition_has_its_own_console() {
        let path =
            |region: &str| format!("/apigateway/home?region={region}#/apis/abc123/stages/penguin");
        for (partition, region, host) in [
            ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
            ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
            (
                "aws-us-gov",
                "us-gov-west-1",
                "us-gov-west-1.console.amazonaws-us-gov.com",
            ),
        ] {
            assert_eq!(
                url(partition, region).unwrap(),
                format!("https://{host}{}", path(region))
            );
        }
        assert!(
            url("aws-iso", "us-iso-east-1")
                .unwrap_err()
                .contains("abc123")
        );
    }
}
