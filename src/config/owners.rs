//! With `[results] result_owner`: callers have to be known, and known alike where they send and where they ask.

use gatewayq_routes::Action;

use super::authorizers::Authorizers;
use super::diagnostics::Problems;
use super::route::Placed;
use super::settings::{Auth, Authorizer, Route};

/// By what a caller is known; to the function the callers of one kind are never those of another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Signature,
    Cognito,
    Lambda,
    Key,
}

impl Known {
    /// `None` where whoever calls is nobody in particular.
    fn of(route: &Route, authorizers: &Authorizers) -> Option<Self> {
        match &route.auth {
            Auth::Iam => Some(Self::Signature),
            Auth::None => route.api_key.then_some(Self::Key),
            Auth::Authorizer(name) => match authorizers.get(name) {
                Some(Some(Authorizer::Cognito { .. })) => Some(Self::Cognito),
                _ => Some(Self::Lambda),
            },
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Signature => "a signature (`auth = \"iam\"`)",
            Self::Cognito => "an authorizer of `type = \"cognito\"`",
            Self::Lambda => "an authorizer of `type = \"lambda\"`",
            Self::Key => "an API key alone (`auth = \"none\"`)",
        }
    }
}

/// Reports routes whose callers could not be told from others, or never get what they sent for.
pub(super) fn check(routes: &[Placed], authorizers: &Authorizers, problems: &mut Problems) {
    let known = |route: &Route| Known::of(route, authorizers);
    let readers: Vec<Option<Known>> = routes
        .iter()
        .filter(|placed| matches!(placed.route.action, Action::Result))
        .map(|placed| known(&placed.route))
        .collect();
    for Placed { route, span, .. } in routes {
        let is_reader = matches!(route.action, Action::Result);
        if !is_reader && !keeps_results(route) {
            continue;
        }
        let why = match known(route) {
            None => {
                let instead = match is_reader {
                    true => "",
                    false => ", `ignore_result = true`",
                };
                format!(
                    "with `result_owner` the caller has to be known; allowed: `auth`, `api_key = true`{instead}"
                )
            }
            Some(by)
                if !is_reader
                    && !waits(route)
                    && !readers.is_empty()
                    && !readers.contains(&Some(by)) =>
            {
                format!(
                    "nobody can ask for this route's results: its callers are known by {}, and those of no route with \
                 `result` are; allowed with `result_owner`: such a route, `wait`, `ignore_result = true`",
                    by.words()
                )
            }
            Some(_) => continue,
        };
        problems.report(
            span.clone(),
            format!("{} {}: {why}", route.method, route.path),
        );
    }
}

fn keeps_results(route: &Route) -> bool {
    matches!(&route.action, Action::Task(task) if task.ignore_result != Some(true))
}

fn waits(route: &Route) -> bool {
    matches!(&route.action, Action::Task(task) if task.wait.is_some())
}
