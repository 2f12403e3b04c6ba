//! Where a stage is deployed to, which stays the same from one save to the next: credentials and gatewayq.toml are read at each.

use super::Failure;
use super::session::Session;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    account: String,
    region: String,
    /// The app and the stage.
    name: String,
}

impl Place {
    pub(super) fn of(session: &Session) -> Self {
        let aws = &session.runtime.aws;
        Self {
            account: aws.identity.account.clone(),
            region: aws.region.clone(),
            name: session.names().base(),
        }
    }

    /// # Errors
    /// `now` is another place.
    pub(super) fn holds(&self, now: &Self) -> Result<(), Failure> {
        let moved = if self.account != now.account {
            format!("the credentials are now of account {}", now.account)
        } else if self.region != now.region {
            format!("the region is now {}", now.region)
        } else if self.name != now.name {
            format!("gatewayq.toml is now of {}", now.name)
        } else {
            return Ok(());
        };
        Err(Failure::failed(format!(
            "{moved}, and saves go to {self}; nothing was deployed. Start watch again to deploy there"
        )))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            account,
            region,
            name,
        } = self;
        write!(f, "{name} in account {account} ({region})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_told() {
        let place = |account: &str, region: &str, name: &str| Place {
            account: account.to_owned(),
            region: region.to_owned(),
            name: name.to_owned(),
        };
        let first = place("111122223333", "eu-west-1", "shop-dev");
        assert!(first.holds(&first.clone()).is_ok());
        for (now, told) in [
            (
                place("999", "eu-west-1", "shop-dev"),
                "the credentials are now of account 999, ",
            ),
            (
                place("111122223333", "us-east-1", "shop-dev"),
                "the region is now us-east-1, ",
            ),
            (
                place("111122223333", "eu-west-1", "shop-prod"),
                "gatewayq.toml is now of shop-prod, ",
            ),
        ] {
            let failure = first.holds(&now).unwrap_err().message().unwrap();
            assert!(failure.starts_with(told), "{failure}");
            assert!(failure.contains("saves go to shop-dev in account 111122223333 (eu-west-1)"));
        }
    }
}
