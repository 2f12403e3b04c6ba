//! Where API Gateway's control plane, CloudWatch and DynamoDB are reached, and whether that is AWS.

use super::Identity;
use super::access::{Access, Configured};
use aws_sdk_apigateway::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_types::service_config::ServiceConfigKey;

/// The domains of AWS's own endpoints, by partition and dual stack; VPC interface endpoints, FIPS
/// and the rest are below them (General Reference, "AWS service endpoints"; the partitions are
/// those of the SDK's own endpoint rules).
const AWS: [&str; 15] = [
    "amazonaws.com",
    "api.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
    "on.aws",
];

pub(super) struct ControlPlane {
    /// Without a slash at its end.
    pub url: String,
    /// The same for CloudWatch.
    pub cloudwatch: String,
    /// The same for DynamoDB.
    pub dynamodb: String,
    /// Somebody else's than AWS's.
    pub emulator: bool,
}

impl ControlPlane {
    /// What the SDK's client would use.
    pub(crate) async fn find(
        configured: &Configured,
        access: &Access,
        identity: &Identity,
    ) -> Self {
        let set = |service: &str| {
            let url = match &access.local {
                Some(local) => Some(local.endpoint.clone()),
                None => custom(configured, service),
            };
            url.map(|url| url.trim_end_matches('/').to_owned())
        };
        let of_region = of_region(configured, identity).await;
        let service = |id, name| set(id).unwrap_or_else(|| beside(&of_region, name));
        let cloudwatch = service("CloudWatch", "monitoring");
        let dynamodb = service("DynamoDB", "dynamodb");
        match set("API Gateway") {
            Some(url) => Self {
                emulator: !is_of_aws(&url),
                url,
                cloudwatch,
                dynamodb,
            },
            None => Self {
                emulator: false,
                url: of_region,
                cloudwatch,
                dynamodb,
            },
        }
    }
}

/// Whether STS is AWS's own. What an emulator says of a caller holds until another one answers there.
pub(super) fn asks_aws(configured: &Configured, access: &Access) -> bool {
    access.local.is_none() && custom(configured, "STS").is_none_or(|url| is_of_aws(&url))
}

/// `AWS_ENDPOINT_URL_` with the service's name, `AWS_ENDPOINT_URL`, or the profile's words for them.
fn custom(configured: &Configured, service: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url");
    let set = configured.sdk.service_config()?;
    set.load_config(key.build().ok()?)
        .filter(|url| !url.is_empty())
}

async fn of_region(configured: &Configured, identity: &Identity) -> String {
    let params = Params::builder()
        .region(configured.region.clone())
        .use_fips(configured.sdk.use_fips().unwrap_or(false))
        .use_dual_stack(configured.sdk.use_dual_stack().unwrap_or(false));
    let plain = || {
        let (region, suffix) = (&configured.region, identity.dns_suffix());
        format!("https://apigateway.{region}.{suffix}")
    };
    let Ok(params) = params.build() else {
        return plain();
    };
    let resolver = DefaultResolver::new();
    let found = resolver.resolve_endpoint(&params).await;
    found.map_or_else(|_| plain(), |endpoint| endpoint.url().to_owned())
}

/// The endpoint of the service called `name` beside one of API Gateway's: they differ in their first word alone, in
/// each partition, with FIPS and with dual stack (General Reference, "AWS service endpoints").
fn beside(api_gateway: &str, name: &str) -> String {
    api_gateway.replacen("://apigateway", &format!("://{name}"), 1)
}

fn is_of_aws(url: &str) -> bool {
    let uri = url.parse::<http::Uri>().ok();
    let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default();
    let host = host.to_ascii_lowercase();
    let below = |domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    AWS.iter().any(|domain| below(domain))
}

#[cfg(test)]
mod tests {
    use super::{beside, is_of_aws};

    #[test]
    fn endpoints_of_aws_are_no_emulators() {
        for host in [
            "apigateway.eu-west-1.amazonaws.com",
            "vpce-0a1b-2c3d.apigateway.eu-west-1.vpce.amazonaws.com",
            "apigateway-fips.us-gov-west-1.amazonaws.com",
            "apigateway.eu-west-1.api.aws",
            "apigateway.cn-north-1.amazonaws.com.cn",
            "APIGATEWAY.eusc-de-east-1.amazonaws.eu",
        ] {
            assert!(is_of_aws(&format!("https://{host}/")), "{host}");
        }
    }

    #[test]
    fn cloudwatch_and_dynamodb_are_beside_api_gateway() {
        for (api_gateway, cloudwatch) in [
            (
                "https://apigateway.eu-west-1.amazonaws.com",
                "https://monitoring.eu-west-1.amazonaws.com",
            ),
            (
                "https://apigateway-fips.us-east-1.amazonaws.com",
                "https://monitoring-fips.us-east-1.amazonaws.com",
            ),
            (
                "https://apigateway.eu-west-1.api.aws",
                "https://monitoring.eu-west-1.api.aws",
            ),
            (
                "https://apigateway.cn-north-1.amazonaws.com.cn",
                "https://monitoring.cn-north-1.amazonaws.com.cn",
            ),
        ] {
            assert_eq!(beside(api_gateway, "monitoring"), cloudwatch);
            let dynamodb = cloudwatch.replace("monitoring", "dynamodb");
            assert_eq!(beside(api_gateway, "dynamodb"), dynamodb);
        }
    }

    #[test]
    fn everything_else_is_one() {
        for url in [
            "http://127.0.0.1:4566",
            "http://localhost.localstack.cloud:4566",
            "https://notamazonaws.com",
            "https://amazonaws.com.example.org",
            "http://aws:4566",
            "nonsense",
        ] {
            assert!(!is_of_aws(url), "{url}");
        }
    }
}
