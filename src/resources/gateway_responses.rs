//! The headers of API Gateway's own errors, by which a page of another origin can read a 403 or a 429.

use super::marks;
use super::rest_api::{self, RestApi};
use super::support::{found, gone};
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::Names;
use crate::tags::CORS_TAG;
use aws_sdk_apigateway::types::{GatewayResponse, GatewayResponseType};
use futures::FutureExt;
use std::collections::BTreeMap;

/// What begins the name of a header in a gateway response.
const PREFIX: &str = "gatewayresponse.header.";

/// The template of a gateway response that nobody gave one (API Gateway developer guide, "Gateway
/// responses").
const TEMPLATE: (&str, &str) = (
    "application/json",
    r#"{"message":$context.error.messageString}"#,
);

/// The two that all others take their headers from, unless those are set themselves.
const TYPES: [GatewayResponseType; 2] = [
    GatewayResponseType::Default4Xx,
    GatewayResponseType::Default5Xx,
];

/// The headers as the stack wants them. What else others set on the two responses stays.
pub(crate) struct GatewayResponses {
    pub api: Ref<RestApi>,
    pub names: Names,
    /// By name, with the value; `None` where the API's errors are not to be readable.
    pub headers: Option<BTreeMap<String, String>>,
}

/// The two gateway responses in API Gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    client: Response,
    server: Response,
}

/// One of them.
#[derive(Clone, Debug, Default)]
struct Response {
    /// The headers of CORS: name and value, as API Gateway writes it.
    headers: BTreeMap<String, String>,
    rest: Rest,
}

/// What is not managed here, and is sent along as it was found: a put replaces all.
#[derive(Clone, Debug, Default, PartialEq)]
struct Rest {
    status: Option<String>,
    parameters: BTreeMap<String, String>,
    templates: BTreeMap<String, String>,
}

const PUT: Call<GatewayResponses> = Call {
    operation: "PutGatewayResponse",
    run: |responses, cx, found, wanted| responses.put_both(cx, found, wanted).boxed(),
};

impl State {
    fn both(&self) -> [&Response; 2] {
        [&self.client, &self.server]
    }

    /// The same without the headers of CORS.
    fn bare(&self) -> Self {
        let bare = |response: &Response| Response {
            headers: BTreeMap::new(),
            rest: response.rest.clone(),
        };
        Self {
            client: bare(&self.client),
            server: bare(&self.server),
        }
    }
}

impl GatewayResponses {
    async fn put_both(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let api = self.api.require()?;
        let pairs = found.both().into_iter().zip(wanted.both()).zip(TYPES);
        for ((found, wanted), kind) in pairs {
            if found.headers != wanted.headers {
                wanted.put(cx, &api, kind).await?;
            }
        }
        Ok(())
    }

    /// An API that was made with the tag, or got it, is looked at; no other is asked for anything.
    fn is_marked(&self, api: &rest_api::State) -> bool {
        self.headers.is_some() || api.is_marked(CORS_TAG)
    }
}

impl Response {
    /// One that has nothing of its own is taken away, so that AWS's default is back.
    async fn put(
        &self,
        cx: &Cx,
        api: &rest_api::State,
        kind: GatewayResponseType,
    ) -> Result<(), Error> {
        if self.headers.is_empty() && self.rest == Rest::default() {
            let request = cx.apigateway.delete_gateway_response();
            let request = request.rest_api_id(&api.id).response_type(kind);
            return gone(cx.call("DeleteGatewayResponse", request.send()).await);
        }
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (format!("{PREFIX}{name}"), value.clone()));
        let parameters = self.rest.parameters.clone().into_iter().chain(headers);
        let templates = self.rest.templates.clone().into_iter().collect();
        let request = cx
            .apigateway
            .put_gateway_response()
            .rest_api_id(&api.id)
            .response_type(kind)
            .set_status_code(self.rest.status.clone())
            .set_response_parameters(Some(parameters.collect()))
            .set_response_templates((!self.rest.templates.is_empty()).then_some(templates));
        cx.call("PutGatewayResponse", request.send()).await?;
        Ok(())
    }
}

impl Resource for GatewayResponses {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::entries("DEFAULT_4XX", |s| &s.client.headers, Set::By(&PUT)),
        Field::entries("DEFAULT_5XX", |s| &s.server.headers, Set::By(&PUT)),
    ];

    fn kind(&self) -> &'static str {
        "gateway responses"
    }

    fn name(&self) -> String {
        "CORS headers".to_owned()
    }

    /// API Gateway gives all of them in one answer, those that nobody set included.
    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let api = self.api.observed().await?;
        let Some(api) = api.filter(|api| self.is_marked(api)) else {
            return Ok(None);
        };
        let request = cx.apigateway.get_gateway_responses().rest_api_id(&api.id);
        let answer = cx.call("GetGatewayResponses", request.send()).await;
        let Some(answer) = found(answer)? else {
            return Ok(None);
        };
        let of = |kind: GatewayResponseType| {
            let mut all = answer.items().iter();
            let one = all.find(|one| one.response_type() == Some(&kind));
            one.map(response_of).unwrap_or_default()
        };
        let [client, server] = TYPES.map(of);
        Ok(Some(State { client, server }))
    }

    fn is_wanted(&self) -> bool {
        self.headers.is_some()
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let found = found.cloned().unwrap_or_default();
        let wanted = |rest: Rest| Response {
            headers: self.headers.clone().unwrap_or_default(),
            rest,
        };
        State {
            client: wanted(found.client.rest),
            server: wanted(found.server.rest),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.put_both(cx, &State::default(), &wanted).await?;
        Ok(wanted)
    }

    /// The tag tells that they have to be looked for, so it changes last.
    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        self.put_both(cx, &found, &found.bare()).await?;
        marks::take_off_api(cx, &self.names, &self.api, CORS_TAG).await
    }
}

fn response_of(found: &GatewayResponse) -> Response {
    let mut response = Response::default();
    // Of one that nobody set, all is AWS's own, or taken over from a default that somebody set.
    if found.default_response() {
        return response;
    }
    response.rest.status = found.status_code().map(str::to_owned);
    for (name, value) in found.response_parameters().into_iter().flatten() {
        match name.strip_prefix(PREFIX).filter(|header| is_cors(header)) {
            Some(header) => response.headers.insert(header.to_owned(), value.clone()),
            None => response.rest.parameters.insert(name.clone(), value.clone()),
        };
    }
    let templates = found.response_templates().into_iter().flatten();
    let own = templates.filter(|(name, text)| (name.as_str(), text.as_str()) != TEMPLATE);
    let own = own.map(|(name, text)| (name.clone(), text.clone()));
    response.rest.templates = own.collect();
    response
}

fn is_cors(header: &str) -> bool {
    header.to_ascii_lowercase().starts_with("access-control-")
}
