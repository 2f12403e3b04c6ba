//! Callers judged by a user pool and by functions, with real tokens: who gets in, and what the function knows of them.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Stop, local, root};
use crate::support::boto::Place;
use crate::support::cli::Output;
use crate::support::own_function;
use crate::support::project::Project;

/// `POOL` is a user pool's ARN.
const CONFIG: &str = r#"
[app]
name = "judged"

[[route]]
method = "POST"
path = "/mine"
auth = "customers"
api_key = false
task = "tasks.add"
group = "auth.sub"

[[route]]
method = "GET"
path = "/scoped"
auth = "customers"
scopes = ["aws.cognito.signin.user.admin"]
api_key = false
reply = "scoped"

[[route]]
method = "GET"
path = "/other-scope"
auth = "customers"
scopes = ["orders/read"]
api_key = false
reply = "other"

[[route]]
method = "POST"
path = "/token"
auth = "partners"
api_key = false
task = "tasks.add"
group = "auth.principalId"

[[route]]
method = "POST"
path = "/nameless"
auth = "partners"
api_key = false
task = "tasks.add"
group = "auth.tenant"

[[route]]
method = "GET"
path = "/request"
auth = "visitors"
reply = "request"

[authorizers.customers]
type = "cognito"
user_pools = ["POOL"]

[authorizers.partners]
type = "lambda"
function = "judge"
kind = "token"
token_pattern = "[a-z0-9]+"

[authorizers.visitors]
type = "lambda"
function = "judge:live"
kind = "request"
identity_sources = ["method.request.header.X-Visitor", "method.request.querystring.from"]
ttl = 0

[api.cors]
origins = ["https://app.example.com"]
"#;

/// Who is called `deny…` is kept out, and `nobody` is unknown.
const JUDGE: &str = r#"
def judge(event, context):
    name = event.get("authorizationToken")
    if name is None:
        headers = {name.lower(): value for name, value in event["headers"].items()}
        name = headers["x-visitor"]
    if name == "nobody":
        raise Exception("Unauthorized")
    effect = "Deny" if name.startswith("deny") else "Allow"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": name, "policyDocument": policy, "context": {"level": 3}}
"#;

const PASSWORD: &str = "Correct-Horse-7";

/// A user pool with an app client.
struct Pool<'a> {
    place: &'a Place,
    id: Value,
    client: Value,
}

impl<'a> Pool<'a> {
    fn new(place: &'a Place) -> Self {
        let call = |operation: &str, params| place.call("cognito-idp", operation, params);
        let pool = call("CreateUserPool", json!({"PoolName": "customers"}));
        let id = pool["UserPool"]["Id"].clone();
        let flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
        let client = json!({"UserPoolId": id, "ClientName": "shop", "ExplicitAuthFlows": flows});
        let client = call("CreateUserPoolClient", client)["UserPoolClient"]["ClientId"].clone();
        Self { place, id, client }
    }

    fn arn(&self) -> String {
        let pool = self.call("DescribeUserPool", json!({}));
        pool["UserPool"]["Arn"].as_str().unwrap().to_owned()
    }

    fn call(&self, operation: &str, mut params: Value) -> Value {
        params["UserPoolId"] = self.id.clone();
        self.place.call("cognito-idp", operation, params)
    }

    /// The id token and the access token of a user who is new.
    fn sign_up(&self, name: &str) -> [String; 2] {
        self.call("AdminCreateUser", json!({"Username": name}));
        let password = json!({"Username": name, "Password": PASSWORD, "Permanent": true});
        self.call("AdminSetUserPassword", password);
        let parameters = json!({"USERNAME": name, "PASSWORD": PASSWORD});
        let asked = json!({
            "ClientId": self.client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": parameters,
        });
        let signed_in = self.call("AdminInitiateAuth", asked)["AuthenticationResult"].clone();
        ["IdToken", "AccessToken"].map(|token| signed_in[token].as_str().unwrap().to_owned())
    }
}

fn make_judge(place: &Place) {
    own_function::make(place, "judge", JUDGE);
    let alias = json!({"FunctionName": "judge", "Name": "live", "FunctionVersion": "1"});
    place.call("lambda", "CreateAlias", alias);
}

struct Api<'a>(&'a Project);

impl Api<'_> {
    fn send(&self, request: &[&str], token: &str, headers: &[&str]) -> Output {
        let mut args = [&["invoke", "--local", "--json"], request].concat();
        for header in headers {
            args.extend(["-H", header]);
        }
        local(self.0, args).env("GATEWAYQ_TOKEN", token).run()
    }

    fn status(&self, request: &[&str], token: &str) -> Value {
        self.send(request, token, &[]).json()["status"].clone()
    }

    /// The id of a task that was sent with an idempotency key, always the same one.
    #[track_caller]
    fn task(&self, path: &str, token: &str) -> String {
        let request = ["POST", path, "-d", r#"{"args": [1, 2]}"#];
        let answer = self.send(&request, token, &["Idempotency-Key: once"]);
        assert_eq!(answer.code, Some(0), "{answer}");
        let answer = answer.json();
        answer["body"]["task_id"].as_str().unwrap().to_owned()
    }
}

/// The groups of the messages on the queue.
fn groups(place: &Place) -> BTreeSet<String> {
    let queue = place.call(
        "sqs",
        "GetQueueUrl",
        json!({"QueueName": "judged-dev.fifo"}),
    );
    let asked = json!({
        "QueueUrl": queue["QueueUrl"], "MaxNumberOfMessages": 10, "AttributeNames": ["MessageGroupId"],
    });
    let received = place.call("sqs", "ReceiveMessage", asked);
    let messages = received["Messages"].as_array().unwrap().iter();
    let group = |message: &Value| {
        message["Attributes"]["MessageGroupId"]
            .as_str()
            .map(str::to_owned)
    };
    messages.filter_map(group).collect()
}

#[test]
fn who_is_judged_gets_in_and_is_known_by_name() {
    let project = Project::new(CONFIG);
    let _stop = Stop(&project);
    let place = root(&project);
    let pool = Pool::new(&place);
    project.configure(&CONFIG.replace("POOL", &pool.arn()));
    make_judge(&place);
    let deployed = local(&project, ["deploy", "--local", "--json"])
        .prebuilt()
        .ok()
        .json();
    local(&project, ["status", "--local", "--check"]).ok();
    let api = Api(&project);

    let [ann, ann_access] = pool.sign_up("ann");
    let [bob, _] = pool.sign_up("bob");
    let mine = ["POST", "/mine", "-d", "{}"];
    let unsigned = api.send(&mine, "", &[]);
    assert_eq!(unsigned.json()["status"], 401, "{unsigned}");
    assert!(unsigned.says("GATEWAYQ_TOKEN"), "{unsigned}");
    assert_eq!(api.status(&mine, "junk"), 401);
    assert_eq!(
        api.status(&mine, &ann_access),
        401,
        "an access token without scopes"
    );
    let (first, again, other) = (
        api.task("/mine", &ann),
        api.task("/mine", &format!("Bearer {ann}")),
        api.task("/mine", &bob),
    );
    assert_eq!(first, again);
    assert_ne!(first, other, "another user's request with the same key");

    assert_eq!(api.status(&["/scoped"], &ann_access), 200);
    assert_eq!(
        api.status(&["/scoped"], &ann),
        401,
        "an id token has no scopes"
    );
    assert_eq!(api.status(&["/other-scope"], &ann_access), 401);

    assert_ne!(api.task("/token", "eve"), api.task("/token", "mallory"));
    let token = ["POST", "/token", "-d", "{}"];
    for (name, status) in [("deny1", 403), ("nobody", 401), ("Not-Matched", 401)] {
        assert_eq!(api.status(&token, name), status, "{name}");
    }
    let nameless = api.send(&["POST", "/nameless", "-d", "{}"], "eve", &[]);
    assert_eq!(nameless.json()["status"], 400, "{nameless}");
    assert!(nameless.stdout.contains("`auth.tenant`"), "{nameless}");
    let found = groups(&place);
    assert!(
        found.contains("eve") && found.contains("mallory"),
        "{found:?}"
    );
    assert_eq!(found.len(), 4, "{found:?}");

    let visit = |headers: &[&str]| {
        let visit = api.send(&["/request?from=here"], "", headers);
        visit.json()["status"].clone()
    };
    assert_eq!(visit(&["X-Visitor: eve"]), 200);
    assert_eq!(visit(&["X-Visitor: deny2"]), 403);

    let url = format!(
        "{}/restapis/{}/dev/_user_request_/mine",
        place.endpoint,
        deployed["rest_api_id"].as_str().unwrap()
    );
    let origin = "https://app.example.com";
    let ask = |method: &str| {
        let headers = json!({"origin": origin, "access-control-request-method": "POST"});
        place.call(
            "http",
            "",
            json!({"method": method, "url": url, "headers": headers}),
        )
    };
    let (preflight, refused) = (ask("OPTIONS"), ask("POST"));
    assert_eq!(
        (&preflight["status"], &refused["status"]),
        (&json!(204), &json!(401))
    );
    for answer in [preflight, refused] {
        assert_eq!(
            answer["headers"]["access-control-allow-origin"], origin,
            "{answer}"
        );
    }

    local(&project, ["delete", "--local", "--yes"]).ok();
    let policy = json!({"FunctionName": "judge"});
    // The emulator shows the statements of all versions and aliases here.
    let left = format!("{:?}", place.try_call("lambda", "GetPolicy", policy));
    assert!(!left.contains("gatewayq-judged"), "{left}");
}
