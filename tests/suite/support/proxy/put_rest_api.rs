//! PutRestApi, which the emulator lacks: carried out on it by single calls, by AWS's rules (API Gateway developer guide,
//! "Update a REST API by importing"; the recorded answers). Only `merge`, the one mode that the program asks for.
use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

use super::answer::Answer;
use super::request::Request;
use super::state::State;
use super::upstream::Upstream;
use crate::support::models::openapi::{Operation, operations, variable};

/// AWS: 6 MB.
const LARGEST: usize = 6_000_000;
/// Single calls that run side by side.
const AT_ONCE: usize = 4;

/// Carries it out; `None` for every other call.
pub(super) async fn carry_out(request: &Request, state: &State, security: bool) -> Option<Answer> {
    if !request.is("apigateway", "PutRestApi") {
        return None;
    }
    // AWS changes an API for one caller at a time.
    let _alone = state.putting.lock().await;
    let import = Import {
        upstream: state.upstream,
        region: &request.about.region,
        security,
        api: format!("/restapis/{}", request.segment(1)),
    };
    Some(match import.run(request).await {
        Ok(answer) => answer,
        Err((status, code, message)) => Answer::error(&request.about, status, code, &message),
    })
}

type Refusal = (u16, &'static str, String);

fn bad(message: impl Into<String>) -> Refusal {
    (400, "BadRequestException", message.into())
}

struct Import<'a> {
    upstream: Upstream,
    region: &'a str,
    /// Whether the security schemes count.
    security: bool,
    /// `/restapis/id`
    api: String,
}

impl Import<'_> {
    async fn run(&self, request: &Request) -> Result<Answer, Refusal> {
        if self.get("").await.is_none() {
            let id = request.segment(1);
            let message = format!("Invalid API identifier specified 000000000000:{id}");
            return Err((404, "NotFoundException", message));
        }
        let mut definition = definition(request)?;
        if !self.security {
            definition["components"] = Value::Null;
        }
        let operations = operations(&definition);
        let (mut ids, there) = self.resources().await;
        for operation in &operations {
            self.make_path(&operation.path, &mut ids).await?;
        }
        let mut work = vec![];
        for operation in &operations {
            let replaces = there.contains(&(operation.path.clone(), operation.method.clone()));
            work.push(
                self.make_method(&ids[&operation.path], operation, replaces)
                    .boxed(),
            );
        }
        let made = futures::stream::iter(work).buffer_unordered(AT_ONCE);
        let made: Vec<Result<(), Refusal>> = made.collect().await;
        made.into_iter().collect::<Result<(), _>>()?;
        let name = json!({"op": "replace", "path": "/name", "value": definition["info"]["title"]});
        let patch = json!({"patchOperations": [name]});
        self.must("PATCH", "", patch).await
    }

    async fn get(&self, path: &str) -> Option<Value> {
        let path = format!("{}{path}", self.api);
        self.upstream.api_gateway(self.region, &path).await
    }

    async fn must(&self, method: &str, path: &str, body: Value) -> Result<Answer, Refusal> {
        let path = format!("{}{path}", self.api);
        let asked = self
            .upstream
            .change_api(self.region, method, &path, body)
            .await;
        // What another client does to the same API meanwhile.
        let busy =
            "Unable to complete operation due to concurrent modification. Please try again later.";
        let answer = asked.filter(Answer::ok);
        answer.ok_or_else(|| (409, "ConflictException", busy.to_owned()))
    }

    /// Ids by path, and the methods that there are.
    async fn resources(&self) -> (BTreeMap<String, String>, BTreeSet<(String, String)>) {
        let all = self.get("/resources?embed=methods&limit=500").await;
        let all = all.unwrap_or_default();
        assert!(all["position"].is_null(), "one page is all that is read");
        let (mut ids, mut methods) = (BTreeMap::new(), BTreeSet::new());
        for item in all["item"].as_array().into_iter().flatten() {
            let path = item["path"].as_str().unwrap().to_owned();
            let verbs = item["resourceMethods"].as_object().into_iter().flatten();
            methods.extend(verbs.map(|(verb, _)| (path.clone(), verb.clone())));
            ids.insert(path, item["id"].as_str().unwrap().to_owned());
        }
        (ids, methods)
    }

    /// The path with its parents, as far as they are missing.
    async fn make_path(
        &self,
        path: &str,
        ids: &mut BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        let mut parent = "/".to_owned();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let child = format!("{}/{part}", parent.trim_end_matches('/'));
            if !ids.contains_key(&child) {
                no_other_variable(&child, ids)?;
                let made = format!("/resources/{}", ids[&parent]);
                let made = self.must("POST", &made, json!({"pathPart": part})).await?;
                let id = made.json()["id"].as_str().unwrap().to_owned();
                ids.insert(child.clone(), id);
            }
            parent = child;
        }
        Ok(())
    }

    /// The definition wins over a method that is there.
    async fn make_method(
        &self,
        resource: &str,
        operation: &Operation,
        replaces: bool,
    ) -> Result<(), Refusal> {
        let path = format!("/resources/{resource}/methods/{}", operation.method);
        if replaces {
            self.must("DELETE", &path, Value::Null).await?;
        }
        self.must("PUT", &path, operation.put_method()).await?;
        if let Some(integration) = operation.put_integration() {
            let path = format!("{path}/integration");
            self.must("PUT", &path, integration).await?;
        }
        Ok(())
    }
}

fn definition(request: &Request) -> Result<Value, Refusal> {
    if request.body.len() > LARGEST {
        return Err(bad("The definition is larger than 6 MB"));
    }
    let query = request.parts.uri.query().unwrap_or_default();
    if query.contains("mode=overwrite") {
        return Err(bad("this bench knows no overwrite"));
    }
    let definition = request.json();
    let version = definition["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.0") || !definition["info"]["title"].is_string() {
        return Err(bad("Unable to parse API definition"));
    }
    Ok(definition)
}

/// One variable at a place.
fn no_other_variable(child: &str, ids: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let (parent, part) = child.rsplit_once('/').unwrap();
    if variable(part).is_none() {
        return Ok(());
    }
    let sibling = ids.keys().find(|path| {
        let (beside, other) = path.rsplit_once('/').unwrap();
        beside == parent && variable(other).is_some()
    });
    sibling.map_or(Ok(()), |path| {
        let other = path.rsplit('/').next().unwrap();
        Err(bad(format!(
            "A sibling ({other}) of this resource already has a variable path part -- only one is allowed"
        )))
    })
}
