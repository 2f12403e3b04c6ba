//! `gatewayq doctor`: what may stand in the way of a deploy, and how to fix it.

use super::Failure;
use super::session::{FILE, Session, project_dir, settings};
use crate::cli::Global;
use crate::config::Settings;
use crate::doctor::{self, Check, Verdict};
use crate::output::Printer;
use crate::policies::{self, Scope};
use console::style;
use serde::Serialize;

/// What `doctor --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// True where no check failed; warnings may be there.
    ok: bool,
    checks: &'a [Check],
}

pub(crate) async fn run(global: &Global, printer: &Printer) -> Result<(), Failure> {
    let checks = inspect(global, printer).await;
    let worst = |verdict| {
        checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .count()
    };
    let (failed, warned) = (worst(Verdict::Fail), worst(Verdict::Warn));
    let lines: Vec<String> = checks.iter().map(line).collect();
    let last = match (failed, warned) {
        (0, 0) => "nothing stands in the way of a deploy".to_owned(),
        (failed, warned) => format!(
            "{failed} failed, {warned} warning{}",
            if warned == 1 { "" } else { "s" }
        ),
    };
    let report = Report {
        ok: failed == 0,
        checks: &checks,
    };
    printer.result(&report, &format!("{}\n\n{last}", lines.join("\n")));
    match failed {
        0 => Ok(()),
        _ => Err(Failure::Answered(last)),
    }
}

async fn inspect(global: &Global, printer: &Printer) -> Vec<Check> {
    let settings = match settings(global) {
        Ok(settings) => settings,
        Err(failure) => {
            return vec![failed(
                FILE,
                &failure,
                "fix the file; docs/configuration.md has its keys",
            )];
        }
    };
    let seen = format!("stage {} of app {}", settings.stage, settings.app);
    let mut checks = vec![Check::ok(FILE, seen)];
    match project_dir(global) {
        Ok(project) => checks.extend(doctor::machine(&project, &settings).await),
        Err(failure) => checks.push(failed("project", &failure, "name it with --project-dir")),
    }
    match session(global, printer, settings).await {
        Ok(session) => checks.extend(aws(&session).await),
        Err(failure) => checks.push(failed(
            "credentials",
            &failure,
            "aws sts get-caller-identity shows the same from the AWS CLI",
        )),
    }
    checks
}

/// With credentials that AWS was asked for, not only remembers.
async fn session(
    global: &Global,
    printer: &Printer,
    settings: Settings,
) -> Result<Session, Failure> {
    let session = Session::with(global, printer, settings).await?;
    session.runtime.aws.confirm_caller().await?;
    Ok(session)
}

fn failed(name: &str, failure: &Failure, help: &str) -> Check {
    Check::fail(name, failure.message().unwrap_or_default(), help)
}

async fn aws(session: &Session) -> Vec<Check> {
    let (aws, names) = (&session.runtime.aws, session.names());
    let identity = &aws.identity;
    let who = format!("{}, account {}", identity.caller_arn, identity.account);
    let mut checks = vec![
        Check::ok("credentials", who),
        Check::ok("region", aws.region.clone()),
    ];
    let cx = session.runtime.cx("doctor");
    let (permissions, account) = futures::join!(
        async {
            // Where it is there, nobody needs to be able to make it (`policy deployer --no-logging-role`).
            let is_there = doctor::has_logging_role(&cx).await;
            match deployer(session, &session.settings, is_there) {
                Ok(document) => doctor::permissions(&cx, &document, &session.flags).await,
                Err(check) => vec![check],
            }
        },
        doctor::account(&cx, &names, &session.settings.api, &session.flags),
    );
    checks.extend(permissions);
    checks.extend(account);
    checks
}

fn deployer(
    session: &Session,
    settings: &Settings,
    no_logging_role: bool,
) -> Result<serde_json::Value, Check> {
    let names = session.names();
    let scope = Scope {
        names: &names,
        stages: std::slice::from_ref(settings),
        all_stages: false,
        boundary: None,
        no_logging_role,
    };
    policies::deployer(&scope).map_err(|error| {
        Check::fail(
            "permissions",
            error.to_string(),
            "report it: a fault of gatewayq",
        )
    })
}

fn line(check: &Check) -> String {
    let word = match check.verdict {
        Verdict::Ok => style("ok  ").green(),
        Verdict::Warn => style("warn").yellow(),
        Verdict::Fail => style("fail").red(),
    };
    let help = check.help.as_ref();
    let help = help
        .map(|help| format!("\n      → {help}"))
        .unwrap_or_default();
    format!("{word}  {}: {}{help}", check.name, check.seen)
}
