//! The path of a request on its way through the local AWS: undecoded up to the function, as on AWS, and decoded
//! there once.
use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::support::boto::Place;
use crate::support::ministack::Ministack;
use crate::support::project::Project;

const ACCOUNT: &str = "000000000000";
const REGION: &str = "us-east-1";

/// Values as clients write them in a path, and what they stand for.
const WRITTEN: [(&str, &str); 9] = [
    ("acme", "acme"),
    ("ac%6Me", "ac%6Me"),
    ("test%2balias@gmail.com", "test+alias@gmail.com"),
    ("test+alias%40gmail.com", "test+alias@gmail.com"),
    ("a%2Fb", "a/b"),
    ("100%25", "100%"),
    ("%252F", "%2F"),
    ("M%C3%BCller", "Müller"),
    ("%f0%9f%90%a7", "\u{1f427}"),
];

/// Sends a POST as it is written here; no client's library has a say in the path. Status and body.
fn post(ms: &Ministack, path: &str, body: &Value) -> (u16, Value) {
    let mut stream = TcpStream::connect(("127.0.0.1", ms.port())).unwrap();
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        ms.port(),
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let json = body.find('{').zip(body.rfind('}'));
    let json = json.map_or(Value::Null, |(from, to)| {
        serde_json::from_str(&body[from..=to]).unwrap()
    });
    (status, json)
}

const ECHO: &str = "import json\ndef answer(event, context):\n    return {'statusCode': 200, 'body': json.dumps(event)}\n";

fn zip_of_echo() -> String {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("echo.py", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(ECHO.as_bytes()).unwrap();
    STANDARD.encode(zip.finish().unwrap().into_inner())
}

/// Where the emulator looks for the API of a request that is not signed.
fn place(ms: &Ministack) -> Place {
    let root = ms.root_of(ACCOUNT);
    ms.aws().acting_as(&root).in_region(REGION)
}

/// An API whose `/{id}` and `/files/{rest+}` answer with the event that their function was given. Its base path.
fn echo_api(aws: &Place) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let role = json!({"RoleName": "any", "AssumeRolePolicyDocument": trust.to_string()});
    aws.call("iam", "CreateRole", role);
    let function = json!({
        "FunctionName": "echo", "Runtime": "python3.11", "Handler": "echo.answer",
        "Role": format!("arn:aws:iam::{ACCOUNT}:role/any"), "Code": {"ZipFile": {"__bytes__": zip_of_echo()}}});
    let arn = aws.call("lambda", "CreateFunction", function)["FunctionArn"]
        .as_str()
        .unwrap()
        .to_owned();
    let gateway = |operation: &str, params: Value| aws.call("apigateway", operation, params);
    let api = gateway("CreateRestApi", json!({"name": "echo"}))["id"].clone();
    let root = gateway("GetResources", json!({"restApiId": api}))["items"][0]["id"].clone();
    let resource = |parent: &Value, part: &str| {
        gateway(
            "CreateResource",
            json!({"restApiId": api, "parentId": parent, "pathPart": part}),
        )["id"]
            .clone()
    };
    let files = resource(&root, "files");
    for resource in [resource(&root, "{id}"), resource(&files, "{rest+}")] {
        let method = json!({"restApiId": api, "resourceId": resource, "httpMethod": "POST", "authorizationType": "NONE"});
        gateway("PutMethod", method);
        let uri = format!(
            "arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
        );
        gateway(
            "PutIntegration",
            json!({
            "restApiId": api, "resourceId": resource, "httpMethod": "POST", "type": "AWS_PROXY",
            "integrationHttpMethod": "POST", "uri": uri}),
        );
    }
    gateway(
        "CreateDeployment",
        json!({"restApiId": api, "stageName": "dev"}),
    );
    format!("/restapis/{}/dev/_user_request_", api.as_str().unwrap())
}

#[test]
fn the_event_has_the_path_as_it_was_sent() {
    let ms = Ministack::start();
    let base = echo_api(&place(&ms));
    for (written, _) in WRITTEN {
        let (status, event) = post(&ms, &format!("{base}/{written}"), &json!({}));
        assert_eq!(status, 200, "{written}: {event}");
        assert_eq!(event["resource"], "/{id}");
        assert_eq!(event["path"], format!("/{written}"));
        assert_eq!(event["pathParameters"], json!({"id": written}));
        assert_eq!(event["requestContext"]["path"], format!("/dev/{written}"));
        let (_, event) = post(
            &ms,
            &format!("{base}/files/{written}/x%2Fy?q=%2F"),
            &json!({}),
        );
        assert_eq!(
            event["pathParameters"],
            json!({"rest": format!("{written}/x%2Fy")})
        );
        assert_eq!(event["queryStringParameters"], json!({"q": "/"}));
    }
}

const CONFIG: &str = r#"
[app]
name = "paths"

[[route]]
method = "POST"
path = "/by-path/{customer}"
task = "tasks.add"
group = "path.customer"
auth = "none"
api_key = false

[[route]]
method = "POST"
path = "/by-body"
task = "tasks.add"
group = "body.customer"
auth = "none"
api_key = false

[[route]]
method = "POST"
path = "/signed/{customer}"
task = "tasks.add"
group = "path.customer"
api_key = false
"#;

/// Takes one message from the queue: its group.
fn next_group(aws: &Place, queue_url: &Value) -> String {
    let receive = json!({"QueueUrl": queue_url, "AttributeNames": ["All"], "MaxNumberOfMessages": 1, "WaitTimeSeconds": 5});
    let message = aws.call("sqs", "ReceiveMessage", receive)["Messages"][0].clone();
    let delete = json!({"QueueUrl": queue_url, "ReceiptHandle": message["ReceiptHandle"]});
    aws.call("sqs", "DeleteMessage", delete);
    message["Attributes"]["MessageGroupId"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_value_is_one_group_by_path_and_by_body() {
    let (ms, project) = (Ministack::start(), Project::new(CONFIG));
    let aws = place(&ms);
    let deploy = project.command(["deploy", "--json"]).at(&aws);
    let deployed = deploy.prebuilt().ok().json();
    let base = deployed["url"]
        .as_str()
        .unwrap()
        .split_once(&ms.port().to_string())
        .unwrap()
        .1
        .to_owned();
    for (written, value) in WRITTEN {
        let (status, answer) = post(&ms, &format!("{base}/by-body"), &json!({"customer": value}));
        assert_eq!(status, 202, "{answer}");
        let wanted = next_group(&aws, &deployed["queue_url"]);
        let (status, answer) = post(&ms, &format!("{base}/by-path/{written}"), &json!({}));
        assert_eq!(status, 202, "{written}: {answer}");
        assert_eq!(
            next_group(&aws, &deployed["queue_url"]),
            wanted,
            "{written}"
        );
        // Routing and authorisation see one path: what is routed to a protected method is protected.
        let (status, _) = post(&ms, &format!("{base}/signed/{written}"), &json!({}));
        assert_eq!(status, 403, "{written}");
    }
    let invoke = ["invoke", "POST", "/signed/a%2Fb%252F", "--data", "{}"];
    let signed = project.command(invoke).at(&aws).ok();
    assert!(signed.says("success"), "{signed}");
    assert_eq!(next_group(&aws, &deployed["queue_url"]), "a/b%2F");
}
