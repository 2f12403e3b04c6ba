//! What a method asks of its callers, as security schemes with API Gateway's extensions (API Gateway developer guide,
//! "OpenAPI extensions for API Gateway").

use super::super::methods::Method;
use super::super::piece::{Piece, set};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const SIGNATURE: &str = "sigv4";
const KEY: &str = "api_key";

/// The API's authorizers.
#[derive(Default)]
pub(super) struct Authorizers {
    schemes: Map<String, Value>,
    /// By the token of the id.
    names: BTreeMap<String, String>,
}

impl Authorizers {
    pub(super) fn add(&mut self, piece: &mut Piece) {
        let kind = piece.take("type");
        let kind = kind.as_str().unwrap_or_default();
        let (auth_type, kind) = match kind {
            "COGNITO_USER_POOLS" => ("cognito_user_pools", "cognito_user_pools".to_owned()),
            other => ("custom", other.to_lowercase()),
        };
        let source = piece.text("identitySource");
        // A scheme names one header; a function that is given the request may ask for several, or for something else.
        let header = source.as_str().and_then(|source| {
            let header = source.strip_prefix("method.request.header.")?;
            (!header.contains(',')).then(|| header.to_owned())
        });
        let is_cognito = auth_type == "cognito_user_pools";
        let authorizer = set([
            ("type", json!(kind)),
            ("providerARNs", piece.items("providerARNs")),
            ("authorizerUri", piece.text("authorizerUri")),
            (
                "identityValidationExpression",
                piece.text("identityValidationExpression"),
            ),
            (
                "identitySource",
                if is_cognito { Value::Null } else { source },
            ),
            (
                "authorizerResultTtlInSeconds",
                piece.scalar("authorizerResultTtlInSeconds"),
            ),
        ]);
        let scheme = json!({
            "type": "apiKey",
            "name": header.unwrap_or_else(|| "Unused".to_owned()),
            "in": "header",
            "x-amazon-apigateway-authtype": auth_type,
            "x-amazon-apigateway-authorizer": authorizer,
        });
        self.schemes.insert(piece.name.clone(), scheme);
        self.names.insert(piece.own("id"), piece.name.clone());
    }

    /// Those that the methods ask for.
    pub(super) fn schemes(&self, methods: &[Method]) -> Value {
        let mut schemes = self.schemes.clone();
        if methods
            .iter()
            .any(|method| method.authorization == "AWS_IAM")
        {
            let scheme = json!({
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "description": "a signature of AWS, version 4, for the service execute-api",
                "x-amazon-apigateway-authtype": "awsSigv4",
            });
            schemes.insert(SIGNATURE.to_owned(), scheme);
        }
        if methods.iter().any(|method| method.api_key) {
            let scheme = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
            schemes.insert(KEY.to_owned(), scheme);
        }
        schemes.into()
    }

    /// All that one requirement names is asked for together.
    pub(super) fn requirement(&self, method: &Method) -> Value {
        let mut asked = Map::new();
        let authorizer = method.authorizer.as_str();
        if let Some(name) = authorizer.and_then(|token| self.names.get(token)) {
            asked.insert(name.clone(), json!(method.scopes));
        } else if method.authorization == "AWS_IAM" {
            asked.insert(SIGNATURE.to_owned(), json!([]));
        }
        if method.api_key {
            asked.insert(KEY.to_owned(), json!([]));
        }
        match asked.is_empty() {
            true => json!([]),
            false => json!([asked]),
        }
    }
}
