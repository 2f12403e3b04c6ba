//! `[domain]` in what commands check and print.

use super::Failure;
use super::session::{FILE, Session};
use crate::aws::Aws;
use crate::config::settings::Domain;
use crate::stack::Stack;
use serde::Serialize;

/// The domain as documents of `--json` have it.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    name: &'a str,
    /// Where the stage's routes are under the name, without a slash at its end.
    url: String,
    /// What a DNS record of the name has to lead to; none while the name is not there.
    alias_target: Option<String>,
    /// The Route 53 zone that an alias record names beside it.
    alias_zone_id: Option<String>,
}

impl<'a> Report<'a> {
    /// `None` where the stage has no domain.
    pub(crate) fn of(session: &'a Session, stack: &Stack) -> Option<Self> {
        let domain = session.settings.domain.as_ref()?;
        let found = stack.domain.as_ref().and_then(|domain| domain.current());
        let (host, zone_id) = found
            .map(|found| (found.alias.host, found.alias.zone_id))
            .unzip();
        Some(Self {
            name: &domain.name,
            url: domain.url(),
            alias_target: host,
            alias_zone_id: zone_id,
        })
    }

    /// What a person is shown: the URL, and the record that whoever keeps the name's zone has to make.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        let record = self.alias_target.as_ref().zip(self.alias_zone_id.as_ref());
        let record = record.map(|(target, zone)| {
            format!(
                "{}: A and AAAA as aliases of {target} (zone {zone}), or CNAME {target}",
                self.name
            )
        });
        let url = ("domain", Some(self.url.clone()));
        let rows = [url, ("DNS record", record)].into_iter();
        rows.filter_map(|(label, value)| Some(vec![label.to_owned(), value?]))
            .collect()
    }
}

/// Looks whether API Gateway can use the certificate, before anything is changed. An emulator takes any.
///
/// # Errors
/// Exit code 2 where it is of another partition, Region or account than the deploy.
pub(crate) fn check_certificate(session: &Session) -> Result<(), Failure> {
    match &session.settings.domain {
        Some(domain) if session.runtime.aws.endpoint.is_none() => {
            elsewhere(domain, &session.runtime.aws).map_or(Ok(()), |why| Err(Failure::usage(why)))
        }
        _ => Ok(()),
    }
}

/// What is wrong with the place of the certificate, if anything.
fn elsewhere(domain: &Domain, aws: &Aws) -> Option<String> {
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
            elsewhere(&domain, &aws).unwrap_or_default()
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
}
