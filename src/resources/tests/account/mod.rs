//! An account in memory: writes change what later reads answer, in the shapes that AWS was recorded
//! to answer in. What a request leaves open is as in the recorded answer.

mod api_gateway;
mod cloudwatch;
mod domains;
mod dynamodb;
mod iam;
mod lambda;
mod logs;
mod patches;
mod routes;
mod sqs;
mod words;

use super::fixtures::body;
use super::http::Reply;
use super::operations::Request;
use serde_json::{Map, Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";

/// Functions of somebody's own, which judge callers; with the alias that they are invoked by.
pub(crate) const JUDGES: [&str; 2] = ["judge:live", "other"];

/// An operation, and a change of the world.
type Meanwhile = (&'static str, fn(&mut Value));

#[derive(Debug)]
pub(crate) struct Account {
    /// Everything that is there: by kind, then by name or id.
    pub world: Value,
    /// Whether lists leave out what the API reference does not promise of them.
    pub terse_lists: bool,
    /// The writes that were asked for, by operation.
    pub writes: Vec<String>,
    /// The reads, by operation.
    pub reads: Vec<String>,
    /// Whether documents come back in other words that mean the same.
    pub rewords: bool,
    /// An operation that is answered with this error, once, though it was carried out.
    pub denies: Option<(&'static str, &'static str)>,
    /// What somebody else changes, once, after this operation.
    pub meanwhile: Option<Meanwhile>,
}

impl Account {
    pub(crate) fn new() -> Self {
        let kinds = [
            "roles",
            "queues",
            "groups",
            "functions",
            "apis",
            "keys",
            "plans",
            "on_plan",
            "usage",
            "websockets",
            "alarms",
            "tables",
            "judges",
            "domains",
        ];
        let mut world: Map<String, Value> = Map::new();
        world.extend(kinds.map(|kind| (kind.to_owned(), json!({}))));
        world.insert(
            "account".to_owned(),
            body("apigateway", "GetAccount.without-role"),
        );
        for judge in JUDGES {
            world["judges"][judge] = json!({"Policy": []});
        }
        Self {
            world: world.into(),
            terse_lists: false,
            writes: Vec::new(),
            reads: Vec::new(),
            rewords: false,
            denies: None,
            meanwhile: None,
        }
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Reply {
        let reads = ["Get", "List", "Describe"];
        let reads = reads.iter().any(|verb| request.operation.starts_with(verb));
        let calls = if reads {
            &mut self.reads
        } else {
            &mut self.writes
        };
        calls.push(request.operation.clone());
        let answer = match request.service.as_str() {
            "iam" => self.iam(request),
            "sqs" => self.sqs(request),
            "logs" => self.logs(request),
            "lambda" => self.lambda(request),
            "monitoring" => self.cloudwatch(request),
            "dynamodb" => self.dynamodb(request),
            "apigatewayv2" => Ok(self.websockets()),
            _ => self.api_gateway(request),
        };
        let now = |(operation, _): &mut (&str, _)| *operation == request.operation;
        if let Some((_, change)) = self.meanwhile.take_if(now) {
            change(&mut self.world);
        }
        let denied = self
            .denies
            .take_if(|(operation, _)| *operation == request.operation);
        if let Some((_, code)) = denied {
            return Err(code);
        }
        match self.rewords {
            true => answer.map(words::reworded),
            false => answer,
        }
    }

    /// What stands at a place: kind, name, and on into it. Places that are not there are made.
    pub(crate) fn at(&mut self, place: &[&str]) -> &mut Value {
        place
            .iter()
            .fold(&mut self.world, |value, key| match key.parse::<usize>() {
                Ok(at) if value.is_array() => &mut value[at],
                _ => &mut value[*key],
            })
    }

    /// The thing of a kind by its name or id, or the code that says that there is none.
    fn find(
        &mut self,
        kind: &str,
        name: &str,
        missing: &'static str,
    ) -> Result<&mut Value, &'static str> {
        self.world[kind].get_mut(name).ok_or(missing)
    }

    fn delete(&mut self, kind: &str, name: &str, missing: &'static str) -> Reply {
        let all = self.world[kind].as_object_mut().unwrap();
        all.remove(name).ok_or(missing)?;
        empty()
    }
}

/// A success that says nothing.
fn empty() -> Reply {
    Ok("".into())
}

/// Adds to an object.
pub(crate) fn add(to: &mut Value, fields: &Value) {
    let fields = fields.as_object().unwrap().clone();
    to.as_object_mut().unwrap().extend(fields);
}

/// The first id that is free: the recorded one, or that with a number behind it.
fn free_id(taken: &Value, recorded: &Value) -> String {
    let recorded = recorded.as_str().unwrap();
    let numbered = (1..).map(|number| format!("{recorded}{number}"));
    let mut ids = std::iter::once(recorded.to_owned()).chain(numbered);
    ids.find(|id| taken.get(id).is_none()).unwrap()
}
