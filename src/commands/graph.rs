//! `gatewayq graph`

use super::Failure;
use super::converge::survey;
use super::session::Session;
use crate::cli::{self, Global};
use crate::engine::Goal;
use crate::output::Printer;
use crate::picture::{Picture, Shown, State};
use crate::stack::Purpose;
use serde::Serialize;

/// What `graph --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    app: &'a str,
    stage: &'a str,
    /// The account's number, 12 digits.
    account: &'a str,
    region: &'a str,
    /// The picture in the format of `--format`.
    picture: &'a str,
    resources: Vec<Resource<'a>>,
}

/// A resource as it is drawn.
#[derive(Serialize)]
struct Resource<'a> {
    kind: &'static str,
    name: &'a str,
    state: State,
    /// The places, in this list and from 0, of what it waits for.
    waits_for: &'a [usize],
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &cli::Graph,
) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let goal = Goal::Present { replace: false };
    let (stack, plan) = survey(&session, &Purpose::Inspect, goal).await?;
    let aws = &session.runtime.aws;
    let title = format!(
        "{} in {}, account {}",
        stack.names.base(),
        aws.region,
        aws.identity.account
    );
    let picture = Picture::new(title, &stack.graph, &plan);
    let drawn = picture.drawn(arguments.format);
    let report = Report {
        app: &session.settings.app,
        stage: &session.settings.stage,
        account: &aws.identity.account,
        region: &aws.region,
        picture: &drawn,
        resources: picture.resources.iter().map(resource).collect(),
    };
    printer.result(&report, &drawn);
    Ok(())
}

fn resource(shown: &Shown) -> Resource<'_> {
    Resource {
        kind: shown.kind,
        name: &shown.name,
        state: shown.state,
        waits_for: &shown.waits_for,
    }
}
