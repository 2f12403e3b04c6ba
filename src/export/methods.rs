//! The methods of the API, out of their fields.

use super::piece::{Piece, Untaken, scalar};
use serde_json::Value;

/// A method as it is wanted.
#[derive(Clone, Debug)]
pub(super) struct Method {
    /// `GET`, or `ANY`.
    pub verb: String,
    pub path: String,
    /// `NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
    pub authorization: String,
    /// The token of the authorizer's id; `Null` for none.
    pub authorizer: Value,
    pub scopes: Vec<String>,
    pub api_key: bool,
    pub integration: Integration,
}

/// What it invokes.
#[derive(Clone, Debug, Default)]
pub(super) struct Integration {
    /// `AWS_PROXY`
    pub kind: String,
    pub verb: String,
    pub uri: String,
}

/// The methods of the routes, and what of them this does not know.
pub(super) fn of(routes: &mut Piece) -> (Vec<Method>, Vec<Untaken>) {
    let (mut methods, mut untaken) = (Vec::new(), Vec::new());
    for name in routes.names() {
        let Some((verb, path)) = name.split_once(' ') else {
            continue;
        };
        let mut fields = routes.take(&name);
        let mut take = |field: &str| fields.get_mut(field).map(Value::take).unwrap_or_default();
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        let scopes = text(take("authorizationScopes"));
        methods.push(Method {
            verb: verb.to_owned(),
            path: path.to_owned(),
            authorization: text(take("authorizationType")),
            authorizer: take("authorizerId"),
            scopes: scopes.split_whitespace().map(str::to_owned).collect(),
            api_key: scalar(take("apiKeyRequired")) == true,
            integration: Integration::of(&text(take("integration"))),
        });
        let rest = fields.as_object().into_iter().flatten();
        let rest = rest.filter(|(_, value)| !value.is_null());
        untaken.extend(rest.map(|(field, _)| Untaken {
            resource: name.clone(),
            field: field.clone(),
        }));
    }
    methods.sort_by(|a, b| (&a.path, &a.verb).cmp(&(&b.path, &b.verb)));
    (methods, untaken)
}

impl Integration {
    /// A plan shows it in one line.
    fn of(line: &str) -> Self {
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        let mut word = || words.next().unwrap_or_default();
        Self {
            kind: word(),
            verb: word(),
            uri: word(),
        }
    }
}

/// Every path but `/` that has to be there, parents first: its parent and its last part.
pub(super) fn paths(methods: &[Method]) -> Vec<(String, (String, String))> {
    let mut paths = std::collections::BTreeMap::new();
    for method in methods {
        let mut path = method.path.as_str();
        while let Some((parent, part)) = path.rsplit_once('/') {
            if part.is_empty() {
                break;
            }
            let above = if parent.is_empty() { "/" } else { parent };
            paths.insert(path.to_owned(), (above.to_owned(), part.to_owned()));
            path = parent;
        }
    }
    paths.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_after_its_parents() {
        let method = |path: &str| Method {
            verb: "GET".to_owned(),
            path: path.to_owned(),
            authorization: "NONE".to_owned(),
            authorizer: Value::Null,
            scopes: Vec::new(),
            api_key: false,
            integration: Integration::default(),
        };
        let paths = paths(&[method("/a/{b}/c"), method("/"), method("/a/{b}")]);
        let shown = paths
            .iter()
            .map(|(path, (parent, part))| [path, parent, part]);
        let shown: Vec<_> = shown.map(|words| words.map(String::as_str)).collect();
        assert_eq!(
            shown,
            [
                ["/a", "/", "a"],
                ["/a/{b}", "/a", "{b}"],
                ["/a/{b}/c", "/a/{b}", "c"]
            ]
        );
    }
}
