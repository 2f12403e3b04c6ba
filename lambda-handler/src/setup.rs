//! What is read once, at the start: environment and routes.

use std::path::PathBuf;
use std::rc::Rc;

use gatewayq_routes::FILE_NAME;
use lambda_handler::Routes;

use crate::aws_json::{Connection, DYNAMODB, Service};
use crate::owner_key::KeptKey;
use crate::queue::Queue;
use crate::results::ResultsTable;
use crate::serve::Function;
use crate::transport::{Error, Transport};

/// The domains of AWS's services, by partition (General Reference, "AWS service endpoints").
const DOMAINS: [&str; 7] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
];

/// Looks up an environment variable.
pub(crate) type Env<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Sets the function up.
///
/// # Errors
/// A message that names the missing variable or the unusable file.
pub(crate) fn function(env: &Env<'_>) -> Result<Function, Error> {
    let queue_url = need(env, "QUEUE_URL")?;
    let queue_name = queue_name(&queue_url)?.to_owned();
    let routes = routes(env)?;
    let transport = Rc::new(Transport::new()?);
    let (mut results, mut owner_key) = (None, None);
    if let Some(kept) = &routes.results {
        let to_dynamodb = connection(env, "DYNAMODB", || dynamodb(origin(&queue_url)?, env))?;
        let service = Service::new(&DYNAMODB, Rc::clone(&transport), to_dynamodb);
        let service = Rc::new(service);
        owner_key = (kept.owner).then(|| KeptKey::new(Rc::clone(&service), kept.table.clone()));
        results = Some(ResultsTable::new(kept.clone(), service));
    }
    let to_sqs = connection(env, "SQS", || Ok(origin(&queue_url)?.to_owned()))?;
    Ok(Function {
        routes,
        results,
        owner_key,
        origin: format!("gatewayq@{}", need(env, "AWS_LAMBDA_FUNCTION_NAME")?),
        queue_name,
        queue: Queue::new(queue_url, transport, to_sqs),
    })
}

fn need(env: &Env<'_>, name: &str) -> Result<String, Error> {
    env(name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("the environment variable {name} is not set").into())
}

fn queue_name(url: &str) -> Result<&str, Error> {
    match url.rsplit('/').next() {
        Some(name) if name.ends_with(".fifo") => Ok(name),
        _ => Err(format!("QUEUE_URL is not the URL of a FIFO queue: {url}").into()),
    }
}

fn routes(env: &Env<'_>) -> Result<Routes, Error> {
    let path = folder(env)?.join(FILE_NAME);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(Routes::parse(&text)?)
}

/// Lambda unpacks the zip into `LAMBDA_TASK_ROOT`.
fn folder(env: &Env<'_>) -> Result<PathBuf, Error> {
    if let Some(root) = env("LAMBDA_TASK_ROOT") {
        return Ok(root.into());
    }
    let executable = std::env::current_exe()?;
    let folder = executable
        .parent()
        .ok_or("the executable lies in no folder")?;
    Ok(folder.to_owned())
}

/// Lambda gives the role's credentials in the environment, and they stay valid as long as the
/// execution environment lives: no chain of providers is needed.
fn connection(
    env: &Env<'_>,
    service: &str,
    usual: impl Fn() -> Result<String, Error>,
) -> Result<Connection, Error> {
    let own = env(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| env("AWS_ENDPOINT_URL"));
    let endpoint = match own.filter(|url| !url.is_empty()) {
        Some(url) => url,
        None => usual()?,
    };
    Ok(Connection {
        region: region(env)?,
        access_key_id: need(env, "AWS_ACCESS_KEY_ID")?,
        secret_access_key: need(env, "AWS_SECRET_ACCESS_KEY")?,
        session_token: env("AWS_SESSION_TOKEN").filter(|token| !token.is_empty()),
        endpoint,
    })
}

fn region(env: &Env<'_>) -> Result<String, Error> {
    need(env, "AWS_REGION").or_else(|_| need(env, "AWS_DEFAULT_REGION"))
}

/// Where DynamoDB is beside this SQS: in its own domain on AWS, whatever way leads to the queue; at the same place on
/// an emulator, which has no domain of AWS's.
fn dynamodb(sqs: &str, env: &Env<'_>) -> Result<String, Error> {
    let host = sqs.strip_prefix("https://").unwrap_or_default();
    // Dual-stack names of SQS end in one of their own.
    let host = host.replace(".api.aws", ".amazonaws.com");
    let host = host.replace(".api.amazonwebservices.com.cn", ".amazonaws.com.cn");
    match DOMAINS.iter().find(|domain| host.ends_with(*domain)) {
        Some(domain) => Ok(format!("https://dynamodb.{}{domain}", region(env)?)),
        None => Ok(sqs.to_owned()),
    }
}

/// A queue's URL begins with the endpoint of SQS in its region, on AWS and on an emulator.
fn origin(queue_url: &str) -> Result<&str, Error> {
    let authority = queue_url.find("://").map_or(0, |at| at + 3);
    let end = queue_url[authority..].find('/');
    match end {
        Some(end) if authority > 0 && end > 0 => Ok(&queue_url[..authority + end]),
        _ => Err(format!("QUEUE_URL is no URL: {queue_url}").into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{connection, dynamodb, function, origin, queue_name};

    #[test]
    fn the_queue_name_is_the_last_segment() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/app-dev.fifo";
        assert_eq!(queue_name(url).unwrap(), "app-dev.fifo");
        assert!(queue_name("https://sqs.eu-west-1.amazonaws.com/123456789012/app").is_err());
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = function(&|_| None).err().unwrap().to_string();
        assert!(error.contains("QUEUE_URL"), "{error}");
    }

    #[test]
    fn a_queue_says_where_its_sqs_is() {
        for (url, wanted) in [
            (
                "http://127.0.0.1:4566/000000000000/q.fifo",
                "http://127.0.0.1:4566",
            ),
            (
                "https://sqs.cn-north-1.amazonaws.com.cn/1/q.fifo",
                "https://sqs.cn-north-1.amazonaws.com.cn",
            ),
        ] {
            assert_eq!(origin(url).unwrap(), wanted);
        }
        for url in ["q.fifo", "/q.fifo", "https:///q.fifo"] {
            assert!(origin(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_services_own_endpoint_wins() {
        let env = |name: &str| match name {
            "AWS_ENDPOINT_URL" => Some("http://all".to_owned()),
            "AWS_ENDPOINT_URL_SQS" => Some("http://sqs".to_owned()),
            "AWS_ENDPOINT_URL_DYNAMODB" => None,
            "AWS_SESSION_TOKEN" => Some(String::new()),
            _ => Some("x".to_owned()),
        };
        let to = |service| connection(&env, service, || unreachable!()).unwrap();
        assert_eq!(to("SQS").endpoint, "http://sqs");
        assert_eq!(to("DYNAMODB").endpoint, "http://all");
        assert_eq!(to("SQS").session_token, None);
    }

    #[test]
    fn dynamodb_is_beside_sqs() {
        let env = |_: &str| Some("eu-west-1".to_owned());
        for (sqs, wanted) in [
            ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
            (
                "https://sqs.eu-west-1.amazonaws.com",
                "https://dynamodb.eu-west-1.amazonaws.com",
            ),
            (
                "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com",
                "https://dynamodb.eu-west-1.amazonaws.com",
            ),
            (
                "https://sqs.eu-west-1.api.aws",
                "https://dynamodb.eu-west-1.amazonaws.com",
            ),
            (
                "https://sqs.eu-west-1.amazonaws.com.cn",
                "https://dynamodb.eu-west-1.amazonaws.com.cn",
            ),
            (
                "https://localhost.localstack.cloud:4566",
                "https://localhost.localstack.cloud:4566",
            ),
        ] {
            assert_eq!(dynamodb(sqs, &env).unwrap(), wanted);
        }
    }
}
