//! `gatewayq url`

use super::Failure;
use super::session::{FILE, Session, not_deployed};
use crate::cli::Global;
use crate::config::Route;
use crate::endpoint;
use crate::output::Printer;
use serde_json::json;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    route: Option<&str>,
    no_domain: bool,
) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let routes = &session.settings.routes;
    if let Some(path) = route
        && !routes.iter().any(|route| fits(&route.path, path))
    {
        return Err(unknown(path, routes));
    }
    let stack = session.inspect(|stack| vec![stack.api.id()]).await?;
    let api = stack
        .api
        .current()
        .ok_or_else(|| not_deployed(&stack, global))?;
    let (aws, settings) = (&session.runtime.aws, &session.settings);
    let stage = match no_domain {
        true => endpoint::stage_url(aws, &api.id, &settings.stage),
        false => endpoint::callers_url(aws, &api.id, settings),
    };
    let url = format!("{stage}{}", route.unwrap_or_default());
    printer.result(&json!({"url": url}), &url);
    Ok(())
}

fn unknown(path: &str, routes: &[Route]) -> Failure {
    let mut paths: Vec<&str> = routes.iter().map(|route| route.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    Failure::usage(format!(
        "no route of {FILE} has the path {path}; there are: {}",
        paths.join(", ")
    ))
}

/// Whether a request for `path` reaches the route: API Gateway's variables take one part, or with
/// `+` all that follow.
fn fits(route: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (route.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(text)) if part.starts_with('{') => {
                if text.is_empty() {
                    return false;
                }
                if part.ends_with("+}") {
                    return true;
                }
            }
            (Some(part), Some(text)) if part == text => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_path_fits_as_at_api_gateway() {
        for (route, path) in [
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("/t/{task}", "/t/tasks.add"),
            ("/t/{task}", "/t/{task}"),
            ("/f/{all+}", "/f/a/b"),
        ] {
            assert!(fits(route, path), "{route} {path}");
        }
        for (route, path) in [
            ("/", "/a"),
            ("/a", "/a/b"),
            ("/a/b", "/a"),
            ("/t/{task}", "/t/"),
            ("/t/{task}", "/t/a/b"),
            ("/f/{all+}", "/f"),
            ("/a", "a"),
        ] {
            assert!(!fits(route, path), "{route} {path}");
        }
    }
}
