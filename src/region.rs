//! The form of a Region's code. A wrong one would be part of a host name that does not exist,
//! and be reported as a fault of the network.

use anyhow::{Result, bail};

/// # Errors
/// A text that no Region's code looks like: `us-gov-west-1` does, `eu-west-1a` and `Ireland` do not.
pub(crate) fn check(region: &str) -> Result<()> {
    if is_region(region) {
        return Ok(());
    }
    let zone = region.trim_end_matches(|c: char| c.is_ascii_lowercase());
    if zone.len() + 1 == region.len() && is_region(zone) {
        bail!("{region} is an Availability Zone, not an AWS Region: the Region is {zone}");
    }
    bail!(
        "{region:?} is not an AWS Region: one is written like eu-west-1 or us-gov-east-1. It comes from \
         --region, AWS_REGION, AWS_DEFAULT_REGION or the profile's region"
    )
}

/// For the command line.
///
/// # Errors
/// As [`check`].
pub(crate) fn parse(region: &str) -> Result<String> {
    check(region).map(|()| region.to_owned())
}

/// Words of lower-case letters and a number, with hyphens between: `cn-north-1`, `eu-isoe-west-1`.
fn is_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else {
        return false;
    };
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    words.contains('-')
        && words.split('-').all(word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_every_partition_pass() {
        let all = "eu-west-1 us-gov-east-1 cn-northwest-1 us-isob-east-1 eu-isoe-west-1 eusc-de-east-1 mx-central-1 il-central-1 ap-southeast-7";
        for region in all.split(' ') {
            assert!(check(region).is_ok(), "{region}");
        }
    }

    #[test]
    fn what_is_no_region_is_told() {
        for text in [
            "Ireland",
            "EU-WEST-1",
            "eu_west_1",
            "eu-west",
            "eu-1",
            "eu-west-1 ",
            "eu-west-1\n",
            "eu-west-1/..",
            "default",
            "evil.example/#-a-1",
        ] {
            let told = check(text).unwrap_err().to_string();
            assert!(told.contains("is written like eu-west-1"), "{text}: {told}");
        }
        let zone = check("eu-west-1a").unwrap_err().to_string();
        assert!(zone.ends_with("the Region is eu-west-1"), "{zone}");
    }
}
