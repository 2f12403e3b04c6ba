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
    reasons.extend(of_groups(settings, groups));
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

/// Those that lie in a log group, a line each.
pub(super) fn of_groups(settings: &Settings, groups: &[Group]) -> Vec<String> {
    let mut reasons = Vec::new();
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
    reasons
}

/// What is lacking where nothing will ever be written, with what to set; `None` where something may come.
pub(super) fn ever(settings: &Settings, groups: &[Group]) -> Option<&'static str> {
    let is_off = settings.api.log_level == LogLevel::Off;
    let is_silent = |group: &Group| is_off && group.source() == "api";
    match groups {
        [] => Some("access log to follow: set [api] access_log"),
        groups if groups.iter().all(is_silent) => {
            Some("execution log to follow, with [api] log_level = \"OFF\": set another")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(level: &str) -> Settings {
        let text = format!(
            "[app]\nname = \"a\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n[api]\nlog_level = \"{level}\"\n"
        );
        crate::config::parse("gatewayq.toml".into(), &text, "dev").unwrap()
    }

    #[test]
    fn a_log_that_nobody_writes_is_not_followed() {
        let group = |source| Group::new(source, "g".to_owned(), 0);
        let (off, on) = (settings("OFF"), settings("INFO"));
        let api = || vec![group("api")];
        assert!(ever(&off, &api()).is_some_and(|lacks| lacks.contains("log_level")));
        assert_eq!(ever(&on, &api()), None);
        assert_eq!(ever(&off, &[group("function"), group("api")]), None);
        assert!(ever(&on, &[]).is_some_and(|lacks| lacks.contains("access_log")));
    }
}
