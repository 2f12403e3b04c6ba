//! Why nothing was written, as far as that can be known.

use super::group::Group;
use crate::cli::Logs;
use crate::config::Settings;
use crate::config::settings::LogLevel;

/// A line for each reason.
pub(super) fn reasons(
    settings: &Settings,
    arguments: &Logs,
    groups: &[Group],
    flags: &str,
) -> Vec<String> {
    let mut reasons = Vec::new();
    let narrowed = arguments.filter.is_some() || arguments.request.is_some();
    if narrowed {
        reasons.push(
            "there may be lines that do not fit: without the filter all are shown".to_owned(),
        );
    }
    for group in groups {
        let (label, missing) = (group.source(), group.is_missing());
        match label {
            "api" if settings.api.log_level == LogLevel::Off => {
                reasons.push("api: [api] log_level is \"OFF\", so API Gateway writes nothing of its executions".to_owned());
            }
            "api" if settings.api.log_level == LogLevel::Error => {
                reasons.push(
                    "api: [api] log_level is \"ERROR\": requests that went well leave nothing"
                        .to_owned(),
                );
            }
            "function" if missing => {
                reasons.push(format!(
                    "function: there is no log group: stage {} is not deployed here, or gatewayq logs --stage NAME is meant",
                    settings.stage
                ));
            }
            _ if missing => {
                reasons.push(format!(
                    "{label}: there is no log group yet; the first request makes it"
                ));
            }
            _ => {}
        }
    }
    if settings.api.access_log.is_none()
        && arguments.source.contains(&crate::cli::LogSource::Access)
    {
        reasons.push("access: [api] access_log is not set".to_owned());
    }
    let since = humantime::format_duration(arguments.since);
    reasons.push(format!(
        "only the last {since} of stage {} were looked at: gatewayq logs{flags} --since 1d goes further back",
        settings.stage
    ));
    reasons
}
