//! Pages of other origins: who may read what, and what a preflight is answered.

use lambda_handler::cors::{preflight, rules, with_headers};
use lambda_handler::{Answer, ApiEvent, ApiRequest, Routes};
use serde_json::{Value, json};

const SHOP: &str = "https://shop.test";

fn routes(cors: Value) -> Routes {
    let reply = |method: &str, path: &str| json!({"method": method, "path": path, "reply": 1});
    let mut closed = reply("PUT", "/orders/{id}");
    closed["cors"] = json!(false);
    let mut alone = reply("GET", "/closed");
    alone["cors"] = json!(false);
    let file = json!({"version": 1, "queue_visibility_timeout": 30, "cors": cors, "routes": [
        reply("GET", "/orders/{id}"), reply("POST", "/orders/{id}"), closed, alone,
        reply("ANY", "/any"), reply("GET", "/own"), reply("OPTIONS", "/own"),
    ]});
    Routes::parse(&file.to_string()).unwrap()
}

fn cors(origins: &[&str]) -> Value {
    json!({"origins": origins, "headers": ["x-api-key", "content-type"], "expose": [],
           "max_age": 600, "credentials": false})
}

fn with(mut cors: Value, key: &str, value: Value) -> Value {
    cors[key] = value;
    cors
}

fn request(method: &str, resource: &str, headers: &[(&str, &str)]) -> ApiRequest {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    ApiRequest {
        http_method: method.to_owned(),
        resource: resource.to_owned(),
        headers: headers.iter().map(owned).collect(),
        ..ApiRequest::default()
    }
}

fn asked(cors: &Value, resource: &str, origin: &str) -> Option<Answer> {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "POST"),
    ];
    preflight(
        &routes(cors.clone()),
        &request("OPTIONS", resource, &headers),
    )
}

fn headers(answer: &Answer) -> Value {
    json!(answer.headers)
}

#[test]
fn a_preflight_of_an_origin_that_is_allowed_says_what_it_may() {
    let one = cors(&[SHOP]);
    let answer = asked(&one, "/orders/{id}", SHOP).unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let mut wanted = json!({
        "access-control-allow-origin": SHOP, "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "x-api-key, content-type",
        "access-control-max-age": "600", "vary": "origin",
    });
    assert_eq!(headers(&answer), wanted);
    // The path's name for its parameter may be an older one.
    assert!(asked(&one, "/orders/{order}", SHOP).is_some());

    let all = with(
        with(one, "credentials", json!(true)),
        "expose",
        json!(["etag"]),
    );
    let all = with(
        with(all, "methods", json!(["DELETE"])),
        "headers",
        json!([]),
    );
    let answer = asked(&all, "/orders/{id}", SHOP).unwrap();
    wanted["access-control-allow-credentials"] = json!("true");
    wanted["access-control-expose-headers"] = json!("etag");
    wanted["access-control-allow-methods"] = json!("DELETE");
    wanted
        .as_object_mut()
        .unwrap()
        .remove("access-control-allow-headers");
    assert_eq!(headers(&answer), wanted);
}

#[test]
fn another_origin_is_refused_and_never_named() {
    for origin in [
        "https://evil.test",
        "https://shop.test.evil.test",
        "null",
        "*",
        "",
    ] {
        let answer = asked(&cors(&[SHOP]), "/orders/{id}", origin).unwrap();
        assert_eq!(answer.status, 403, "{origin}");
        let wanted = json!({"content-type": "application/json", "vary": "origin"});
        assert_eq!(headers(&answer), wanted, "{origin}");
    }
    let none = preflight(
        &routes(cors(&["*"])),
        &request("OPTIONS", "/orders/{id}", &[]),
    );
    assert_eq!(none.unwrap().status, 403, "a preflight has an origin");
}

#[test]
fn all_origins_get_one_answer_which_a_cache_may_keep() {
    let answer = asked(&cors(&["*"]), "/orders/{id}", "https://any.test").unwrap();
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(!answer.headers.contains_key("vary"));
}

#[test]
fn a_preflight_is_only_what_no_route_is_asked_for() {
    let all = cors(&["*"]);
    assert!(asked(&all, "/own", SHOP).is_none(), "it has its own");
    assert!(asked(&all, "/closed", SHOP).is_none());
    assert!(asked(&all, "/gone", SHOP).is_none());
    let any = asked(&all, "/any", SHOP).unwrap();
    assert_eq!(
        any.headers["access-control-allow-methods"],
        "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"
    );
    let routes = routes(all.clone());
    let origin = [("origin", SHOP)];
    assert!(preflight(&routes, &request("OPTIONS", "/any", &origin)).is_none());
    assert!(preflight(&routes, &request("GET", "/orders/{id}", &origin)).is_none());
    let off = asked(&Value::Null, "/orders/{id}", SHOP);
    assert!(off.is_none(), "it is not on");
}

#[test]
fn an_answer_is_readable_for_whom_its_route_allows() {
    let read = |cors: &Value, method: &str, resource: &str, origin: Option<&str>| {
        let routes = routes(cors.clone());
        let event = ApiEvent::from(request(method, resource, &[]));
        let answer = Answer::json(404, &json!(1)).with("Vary", "accept");
        match rules(&routes, event.route(&routes)) {
            Some(cors) => headers(&with_headers(answer, cors, origin)),
            None => headers(&answer),
        }
    };
    let one = cors(&[SHOP]);
    let plain = json!({"content-type": "application/json", "vary": "accept"});
    let mut wanted = plain.clone();
    wanted["vary"] = json!("accept, origin");
    assert_eq!(read(&one, "GET", "/orders/{id}", None), wanted);
    assert_eq!(
        read(&one, "GET", "/orders/{id}", Some("https://evil.test")),
        wanted
    );
    wanted["access-control-allow-origin"] = json!(SHOP);
    assert_eq!(read(&one, "GET", "/orders/{id}", Some(SHOP)), wanted);
    assert_eq!(read(&one, "PUT", "/orders/{id}", Some(SHOP)), plain);
    assert_eq!(read(&one, "GET", "/gone", Some(SHOP)), plain);
    assert_eq!(read(&Value::Null, "GET", "/orders/{id}", Some(SHOP)), plain);
}

#[test]
fn credentials_for_every_page_are_no_routes_file() {
    let file = json!({"version": 1, "queue_visibility_timeout": 30, "routes": [],
                      "cors": with(cors(&["*"]), "credentials", json!(true))});
    let error = Routes::parse(&file.to_string()).unwrap_err().to_string();
    assert!(
        error.contains("`credentials` and the origin `*`"),
        "{error}"
    );
}
