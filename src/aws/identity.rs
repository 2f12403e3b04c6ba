//! Who the caller is, and the ARNs that follow from it.

use serde::Serialize;

/// The caller, from STS GetCallerIdentity.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Identity {
    /// Twelve digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov`, …: the second part of every ARN.
    pub partition: String,
    /// The user or assumed role that makes the calls.
    pub caller_arn: String,
}

impl Identity {
    /// Reads account and partition out of the caller's ARN and account.
    pub(crate) fn new(account: String, caller_arn: String) -> Self {
        let partition = caller_arn.split(':').nth(1).filter(|part| !part.is_empty());
        Self {
            partition: partition.unwrap_or("aws").to_owned(),
            account,
            caller_arn,
        }
    }

    /// The domain that the partition's public endpoints end in.
    pub(crate) fn dns_suffix(&self) -> &'static str {
        match self.partition.as_str() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-eusc" => "amazonaws.eu",
            "aws-iso" => "c2s.ic.gov",
            "aws-iso-b" => "sc2s.sgov.gov",
            "aws-iso-e" => "cloud.adc-e.uk",
            "aws-iso-f" => "csp.hci.ic.gov",
            _ => "amazonaws.com",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_comes_from_the_callers_arn() {
        let china = Identity::new(
            "123456789012".into(),
            "arn:aws-cn:iam::123456789012:user/a".into(),
        );
        assert_eq!(
            (china.partition.as_str(), china.dns_suffix()),
            ("aws-cn", "amazonaws.com.cn")
        );
        let odd = Identity::new("123456789012".into(), String::new());
        assert_eq!(odd.partition, "aws");
    }
}
