//! What gatewayq.toml names of an account and that is elsewhere than the deploy.

use super::Failure;
use super::session::{FILE, Session};
use crate::aws::Aws;
use crate::config::settings::{Alarms, Domain};

/// Looks whether AWS can use the certificate and the topic, before anything is changed. An emulator takes any.
///
/// # Errors
/// Exit code 2 where one of them is of another place than the deploy.
pub(crate) fn check(session: &Session) -> Result<(), Failure> {
    let (settings, aws) = (&session.settings, &session.runtime.aws);
    if aws.endpoint.is_some() {
        return Ok(());
    }
    let domain = settings.domain.as_ref();
    let alarms = settings.alarms.as_ref();
    let certificate = domain.and_then(|domain| certificate(domain, aws));
    let wrong = certificate.or_else(|| topic(alarms?, aws));
    wrong.map_or(Ok(()), |why| Err(Failure::usage(why)))
}

/// What is wrong with the place of the certificate, if anything.
fn certificate(domain: &Domain, aws: &Aws) -> Option<String> {
    let arn = &domain.certificate_arn;
    let mut parts = arn.split(':').skip(1);
    let (partition, region) = (parts.next()?, parts.nth(1)?);
    let account = parts.next()?;
    let identity = &aws.identity;
    let places = [
        ("partition", partition, identity.partition.as_str()),
        ("Region", region, aws.region.as_str()),
        ("account", account, identity.account.as_str()),
    ];
    let (what, has, wanted) = places.into_iter().find(|(_, has, wanted)| has != wanted)?;
    Some(format!(
        "`certificate_arn` in [domain] of {FILE} is {arn}, of the {what} {has}; the deploy is to {wanted}, and API \
         Gateway takes a certificate of the same partition, Region and account: request or import one there"
    ))
}

/// What is wrong with the place of the topic, if anything: CloudWatch tells one of its own Region alone, and says so after
/// all else is made.
fn topic(alarms: &Alarms, aws: &Aws) -> Option<String> {
    let arn = alarms.topic_arn.as_ref()?;
    let region = arn.split(':').nth(3)?;
    (region != aws.region).then(|| {
        format!(
            "`topic_arn` in [alarms] of {FILE} is {arn}, of the Region {region}; the deploy is to {}, and an alarm tells a \
             topic of its own Region",
            aws.region
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::SecurityPolicy;

    #[test]
    fn a_certificate_of_elsewhere_is_told_by_what_differs() {
        let aws = Aws::offline(0.0);
        let account = aws.identity.account.clone();
        let told = |partition: &str, region: &str, account: &str| {
            let arn = format!("arn:{partition}:acm:{region}:{account}:certificate/1");
            let domain = Domain {
                name: "api.example.com".to_owned(),
                certificate_arn: arn,
                base_path: String::new(),
                security_policy: SecurityPolicy::Tls12,
            };
            certificate(&domain, &aws).unwrap_or_default()
        };
        assert_eq!(told("aws", "eu-west-1", &account), "");
        for (partition, region, account, words) in [
            (
                "aws-cn",
                "eu-west-1",
                account.as_str(),
                "of the partition aws-cn; the deploy is to aws,",
            ),
            (
                "aws",
                "us-east-1",
                &account,
                "of the Region us-east-1; the deploy is to eu-west-1,",
            ),
            (
                "aws",
                "eu-west-1",
                "999999999999",
                "of the account 999999999999;",
            ),
        ] {
            let told = told(partition, region, account);
            assert!(told.contains(words), "{told}");
        }
    }

    #[test]
    fn a_topic_of_another_region_is_told() {
        let aws = Aws::offline(0.0);
        let told = |region: &str| {
            let arn = format!("arn:aws:sns:{region}:111122223333:oncall");
            let alarms = Alarms {
                topic_arn: Some(arn),
                oldest_message: 0,
                dead_letters: 0,
                errors: 0,
                throttles: 0,
                server_errors: 0,
            };
            topic(&alarms, &aws).unwrap_or_default()
        };
        assert_eq!(told("eu-west-1"), "");
        let other = told("us-east-1");
        assert!(
            other.contains("of the Region us-east-1; the deploy is to eu-west-1"),
            "{other}"
        );
    }
}
