//! `gatewayq deploy`

use super::Failure;
use super::code::{self, Prepared};
use super::converge::converge;
use super::session::{Session, settings};
use crate::cli::{Deploy, Global};
use crate::config::settings::Route;
use crate::endpoint;
use crate::engine::{Converged, Goal, Plan};
use crate::output::{Printer, elapsed, table};
use crate::stack::Stack;
use serde_json::{Value, json};

pub async fn run(global: &Global, printer: &Printer, arguments: &Deploy) -> Result<(), Failure> {
    let settings = settings(global)?;
    let session = Session::with(global, printer, settings).await?;
    let prepared = code::prepare(global, &session, &arguments.code).await?;
    let goal = Goal::Present {
        replace: arguments.replace,
    };
    let converged = converge(&session, &prepared.purpose, goal, async |_: &Plan| Ok(())).await?;
    let result = result(&session, &converged, &prepared)?;
    let text = text(global, &session, &converged, &prepared, &result);
    printer.result(&result, &text);
    Ok(())
}

fn result(
    session: &Session,
    converged: &Converged<Stack>,
    prepared: &Prepared,
) -> Result<Value, Failure> {
    let (stack, aws) = (&converged.stack, &session.runtime.aws);
    let missing = |what: &str| {
        Failure::failed(format!(
            "{what} is gone: somebody else is changing this stage"
        ))
    };
    let api = stack.api.current().ok_or_else(|| missing("the REST API"))?;
    let url = endpoint::stage_url(aws, &api.id, &session.settings.stage);
    let routes = session
        .settings
        .routes
        .iter()
        .map(|route| route_json(&url, route));
    Ok(json!({
        "app": session.settings.app,
        "stage": session.settings.stage,
        "account": aws.identity.account,
        "region": aws.region,
        "url": url,
        "routes": routes.collect::<Vec<_>>(),
        "rest_api_id": api.id,
        "api_key_id": stack.key.current().ok_or_else(|| missing("the API key"))?.id,
        "usage_plan_id": stack.usage_plan.current().ok_or_else(|| missing("the usage plan"))?.id,
        "queue_url": stack.queue.current().ok_or_else(|| missing("the queue"))?.url,
        "dead_letter_queue_url": stack.dead_letter_queue.current().ok_or_else(|| missing("the dead-letter queue"))?.url,
        "function_name": stack.names.base(),
        "handler": prepared.handler_json(),
        "role_arn": session.settings.role.arn.clone().unwrap_or_else(|| stack.names.role_arn(&stack.names.role())),
        "changes": {
            "created": converged.count("created"),
            "updated": converged.count("updated") + converged.count("replaced"),
            "deleted": converged.count("deleted"),
            "kept": converged.count("kept"),
        },
    }))
}

fn route_json(url: &str, route: &Route) -> Value {
    json!({"method": route.method, "url": format!("{url}{}", route.path), "auth": route.auth, "api_key": route.api_key})
}

fn text(
    global: &Global,
    session: &Session,
    converged: &Converged<Stack>,
    prepared: &Prepared,
    result: &Value,
) -> String {
    let field = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for route in &session.settings.routes {
        rows.push(vec![
            route.method.clone(),
            format!("{}{}", field("url"), route.path),
        ]);
    }
    rows.push(vec![
        "API key".to_owned(),
        format!(
            "{} (its id; the value stays in API Gateway)",
            field("api_key_id")
        ),
    ]);
    rows.push(vec!["queue".to_owned(), field("queue_url")]);
    rows.push(vec!["handler".to_owned(), prepared.handler_text()]);
    let counts = ["created", "updated", "deleted", "kept"]
        .map(|word| format!("{} {word}", result["changes"][word]));
    let flags = endpoint::flags(global);
    format!(
        "{} is deployed in {} ({}): {}\n\n{}\n\nTry: gatewayq invoke{flags} {}",
        converged.stack.names.base(),
        session.runtime.aws.region,
        elapsed(converged.took),
        counts.join(", "),
        table(&rows),
        example(&session.settings.routes),
    )
}

/// A request to try: a task's route if one can be called without a body.
fn example(routes: &[Route]) -> String {
    let simple = |route: &&Route| route.method == "GET" && !route.path.contains('{');
    let task = |route: &&Route| matches!(route.action, crate::config::settings::Action::Task(_));
    let best = routes
        .iter()
        .filter(simple)
        .find(task)
        .or_else(|| routes.iter().find(simple))
        .or(routes.first());
    match best {
        Some(route) if route.method == "GET" => route.path.clone(),
        Some(route) => format!(
            "{} {} --data '{{\"args\": [2, 2]}}'",
            route.method, route.path
        ),
        None => "/".to_owned(),
    }
}
