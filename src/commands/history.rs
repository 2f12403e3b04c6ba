//! `gatewayq history`

use super::{Failure, session::Session};
use crate::cli::{Global, History};
use crate::output::{Printer, Zone, table};
use crate::resources::{Published, Version};
use serde::Serialize;

/// What `history --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    app: &'a str,
    stage: &'a str,
    /// The version that is live; none before the first deploy.
    live: Option<&'a str>,
    /// The version that takes a share of the requests.
    canary: Option<&'a str>,
    /// The newest first.
    versions: Vec<Entry<'a>>,
}

/// One published version.
#[derive(Serialize)]
struct Entry<'a> {
    version: u64,
    /// When, in UTC.
    published: String,
    /// The project's commit, with `-dirty` where files differed from it; none outside of git.
    commit: Option<&'a str>,
    /// The hash of the API's definition that it is live with; none where somebody else published it.
    api_sha256: Option<&'a str>,
    /// The version that was live before.
    after: Option<u64>,
    /// ARN of the caller.
    by: Option<&'a str>,
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: History,
) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let stack = session.inspect(|stack| vec![stack.versions.id()]).await?;
    let published = stack.versions.current().unwrap_or_default();
    let live = published.live();
    let report = Report {
        app: &session.settings.app,
        stage: &session.settings.stage,
        live: live.map(|live| live.version.as_str()),
        canary: live.and_then(|live| live.weights.keys().next().map(String::as_str)),
        versions: published.all.iter().rev().map(entry).collect(),
    };
    printer.result(
        &report,
        &text(
            &session,
            &published,
            &report,
            Zone::of_people(arguments.utc),
        ),
    );
    Ok(())
}

fn entry<'a>((number, version): (&u64, &'a Version)) -> Entry<'a> {
    let record = version.record.as_ref();
    Entry {
        version: *number,
        published: rfc_3339(&version.published),
        commit: record.and_then(|record| record.commit.as_deref()),
        api_sha256: record.map(|record| record.definition.as_str()),
        after: record.and_then(|record| record.after),
        by: record.map(|record| record.by.as_str()),
    }
}

fn text(session: &Session, published: &Published, report: &Report, zone: Zone) -> String {
    if published.all.is_empty() {
        let (base, flags) = (session.names().base(), &session.flags);
        return format!("{base} has no version yet: gatewayq deploy{flags} publishes the first");
    }
    let title = ["version", "", "published", "commit", "API", "by"];
    let rows = report.versions.iter().map(|entry| row(report, entry, zone));
    let title = title.map(str::to_owned).to_vec();
    table(&std::iter::once(title).chain(rows).collect::<Vec<_>>())
}

fn row(report: &Report, entry: &Entry, zone: Zone) -> Vec<String> {
    let number = entry.version.to_string();
    let is = match Some(number.as_str()) {
        it if it == report.live => "live",
        it if it == report.canary => "canary",
        _ => "",
    };
    let or_none = |text: Option<&str>| text.unwrap_or("-").to_owned();
    vec![
        number.clone(),
        is.to_owned(),
        zone.rfc_3339(&entry.published),
        or_none(entry.commit),
        or_none(entry.api_sha256.and_then(|hash| hash.get(..8))),
        or_none(entry.by),
    ]
}

/// Lambda writes `2026-11-29T05:31:14.000+0000`, always in UTC.
fn rfc_3339(lambdas: &str) -> String {
    match lambdas.strip_suffix("+0000") {
        Some(time) => format!("{time}Z"),
        None => lambdas.to_owned(),
    }
}
