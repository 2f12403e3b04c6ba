//! Many methods in one call: PutRestApi, ahead of the single calls and never instead of them.
//!
//! It is asked to merge only the methods that differ: to overwrite would also take away what others
//! may have set on the API and a deploy never touches (gateway responses but for the headers of CORS,
//! models, validators, the policy, binary types). What is to go, goes before it, call by call. Afterwards all is read once
//! more, and what still differs is made as wanted by single calls, as is everything where an
//! endpoint has no such call. So are methods with an authorizer: a definition names one by declaring it,
//! and whether an import makes another or takes the one that is there, no document says.

use super::openapi::definition;
use super::paths::ancestors;
use super::state::{Method, State};
use super::{MethodKey, Routes, read_all};
use crate::aws::Kind;
use crate::engine::{Cx, Error};
use crate::resources::rest_api;
use aws_sdk_apigateway::primitives::Blob;
use aws_sdk_apigateway::types::PutMode;
use std::collections::{BTreeMap, BTreeSet};

/// Single calls from which on one PutRestApi with a look at what came of it is faster: API Gateway
/// takes ten calls a second.
const WORTH: usize = 10;

/// A definition's size in bytes (API Gateway developer guide, "quotas": 6 MB).
const LARGEST: usize = 6_000_000;

impl Routes {
    /// Makes what differs from `state` in one call where that is worth it; gives what is there then.
    pub(super) async fn put_many(
        &self,
        cx: &Cx,
        api: &rest_api::State,
        state: State,
    ) -> Result<State, Error> {
        if !cx.bulk.is_open() || self.single_calls(&state) < WORTH {
            return Ok(state);
        }
        let definition = definition(&api.name, &self.importable(&state)).to_string();
        if definition.len() > LARGEST {
            return Ok(state);
        }
        match put(cx, &api.id, definition).await {
            Ok(()) => read_back(cx, api).await,
            Err(error) if may_pass(&error) => {
                if is_unclear(&error) {
                    cx.bulk.failed();
                }
                Err(error)
            }
            // Whatever is wrong with it, single calls say so more precisely.
            Err(_) => {
                cx.bulk.close();
                Ok(state)
            }
        }
    }

    /// The methods that are not as wanted and that a definition can have, as they are to be.
    fn importable(&self, state: &State) -> BTreeMap<MethodKey, Method> {
        let all = self.methods.iter();
        let wanted = all.map(|(key, method)| (key.clone(), self.wanted_method(method)));
        wanted
            .filter(|(key, method)| state.methods.get(key) != Some(method))
            .filter(|(_, method)| method.authorizer.is_none())
            .collect()
    }

    /// How many calls it stands for.
    fn single_calls(&self, state: &State) -> usize {
        let methods = self.importable(state);
        let paths = methods.keys().flat_map(|(path, _)| ancestors(path));
        let paths: BTreeSet<String> = paths.collect();
        let paths = paths.iter();
        let paths = paths
            .filter(|path| !state.paths.contains_key(*path))
            .count();
        let methods = methods.iter();
        let calls = methods.map(|(key, wanted)| wanted.calls_from(state.methods.get(key)));
        paths + calls.sum::<usize>()
    }
}

async fn put(cx: &Cx, api: &str, definition: String) -> Result<(), Error> {
    let request = cx.apigateway.put_rest_api().rest_api_id(api);
    let request = request.mode(PutMode::Merge).body(Blob::new(definition));
    cx.call("PutRestApi", request.send()).await?;
    Ok(())
}

async fn read_back(cx: &Cx, api: &rest_api::State) -> Result<State, Error> {
    let read = read_all(cx, &api.id).await?;
    let mut state = read.ok_or_else(|| Error::Conflict(format!("the REST API {}", api.name)))?;
    let root = || api.root_id.clone();
    state.paths.entry("/".to_owned()).or_insert_with(root);
    Ok(state)
}

/// True where the same call may work later. That nothing is found is said of an API that is gone or
/// not seen yet, in these words; in others it is the call that an emulator does not know.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Aws(error) => match error.kind {
            Kind::Throttled | Kind::Unavailable | Kind::Busy(_) => true,
            Kind::NotFound => error.message.contains("Invalid API identifier"),
            Kind::AlreadyExists
            | Kind::Denied
            | Kind::Quota(_)
            | Kind::Unimplemented
            | Kind::Fatal => false,
        },
        _ => true,
    }
}

fn is_unclear(error: &Error) -> bool {
    matches!(error, Error::Aws(error) if error.kind == Kind::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::AwsError;

    fn error(kind: Kind, message: &str) -> Error {
        Error::Aws(AwsError {
            operation: "PutRestApi",
            kind,
            code: String::new(),
            message: message.to_owned(),
        })
    }

    #[test]
    fn what_an_endpoint_does_not_know_is_told_from_an_api_that_is_gone() {
        let gone = "Invalid API identifier specified 123456789012:abc";
        assert!(may_pass(&error(Kind::NotFound, gone)));
        let unknown = "Unknown API Gateway v1 path: /restapis/abc";
        assert!(!may_pass(&error(Kind::NotFound, unknown)));
        assert!(!may_pass(&error(Kind::Unimplemented, "")));
        assert!(may_pass(&error(Kind::Unavailable, "")));
        assert!(may_pass(&error(Kind::Throttled, "")));
        assert!(!may_pass(&error(Kind::Denied, "")));
    }
}
