//! The account: API Gateway's logging role, and quotas that are close to full.

use super::{Check, look};
use crate::config::settings::Api;
use crate::engine::{Cx, Error};
use crate::names::Names;
use crate::resources::{list_api_keys, list_rest_apis, list_usage_plans};

/// API Gateway developer guide, "Amazon API Gateway quotas": regional REST APIs, usage plans and
/// API keys of an account and region. All three can be raised.
const QUOTAS: [(&str, usize); 3] = [
    ("REST APIs", 600),
    ("usage plans", 300),
    ("API keys", 10_000),
];

/// Looks at what all stages of the account and region share.
///
/// Help has these `flags`, by which another command works with the same stage.
pub(crate) async fn account(cx: &Cx, names: &Names, api: &Api, flags: &str) -> Vec<Check> {
    let (role, apis, plans, keys) = futures::join!(
        logging_role(cx, names, api, flags),
        apis(cx),
        plans(cx),
        keys(cx)
    );
    let counts = [apis, plans, keys].into_iter().zip(QUOTAS);
    let quotas = counts.map(|(count, (what, limit))| quota(what, limit, count, flags));
    std::iter::once(role).chain(quotas).collect()
}

/// Whether the account's settings name a role that a deploy leaves as it is, since it is there or may be.
pub(crate) async fn has_logging_role(cx: &Cx) -> bool {
    match set_role(cx).await {
        Ok(Some(arn)) => match named(cx, &arn).await {
            Ok(()) => true,
            Err(error) => error.is_denied(),
        },
        _ => false,
    }
}

/// The role in the account's settings.
async fn set_role(cx: &Cx) -> Result<Option<String>, Error> {
    let account = look(cx, async || {
        cx.call("GetAccount", cx.apigateway.get_account().send())
            .await
    });
    let arn = account.await?.cloudwatch_role_arn;
    Ok(arn.filter(|arn| !arn.is_empty()))
}

/// Looks whether the role is there.
async fn named(cx: &Cx, arn: &str) -> Result<(), Error> {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let role = look(cx, async || {
        let request = cx.iam.get_role().role_name(name);
        cx.call("GetRole", request.send()).await
    });
    role.await.map(drop)
}

async fn logging_role(cx: &Cx, names: &Names, api: &Api, flags: &str) -> Check {
    const NAME: &str = "CloudWatch role";
    let set = match set_role(cx).await {
        Ok(set) => set,
        Err(error) => return unseen(NAME, &error, flags),
    };
    let Some(arn) = set else {
        let seen = match api.logs() {
            true => "none is set; deploy makes and sets one",
            false => "none is set, and the stage has no log of API Gateway's that needs one",
        };
        return Check::ok(NAME, seen);
    };
    match named(cx, &arn).await {
        Ok(_) if arn == names.role_arn(&names.logging_role()) => {
            Check::ok(NAME, format!("{arn}, made by gatewayq"))
        }
        Ok(_) => Check::ok(
            NAME,
            format!("{arn}, foreign: not the role that gatewayq makes; deploy leaves it"),
        ),
        Err(error) if error.is_not_found() => Check::warn(
            NAME,
            format!("{arn} does not exist"),
            "deploy sets a new one in its place",
        ),
        Err(error) if error.is_denied() => Check::warn(
            NAME,
            format!("{arn}, which these credentials may not look at"),
            "nothing, if other APIs log; deploy leaves the setting as it is",
        ),
        Err(error) => unseen(NAME, &error, flags),
    }
}

fn unseen(name: &str, error: &Error, flags: &str) -> Check {
    let help = crate::commands::help(error, flags);
    let help = help.trim().to_owned();
    let otherwise = "run doctor again, with -v to see each call".to_owned();
    Check::warn(
        name,
        format!("cannot be seen: {error}"),
        if help.is_empty() { otherwise } else { help },
    )
}

fn quota(what: &str, limit: usize, count: Result<usize, Error>, flags: &str) -> Check {
    let name = format!("quota of {what}");
    match count {
        Ok(count) => {
            let seen = format!("{count} of {limit}, unless the account's was raised");
            let help = "delete what is not used, or ask for more in Service Quotas";
            if count * 10 >= limit * 9 {
                Check::warn(name, seen, help)
            } else {
                Check::ok(name, seen)
            }
        }
        Err(error) => unseen(&name, &error, flags),
    }
}

async fn apis(cx: &Cx) -> Result<usize, Error> {
    Ok(look(cx, async || list_rest_apis(cx).await).await?.len())
}

async fn plans(cx: &Cx) -> Result<usize, Error> {
    Ok(look(cx, async || list_usage_plans(cx).await).await?.len())
}

async fn keys(cx: &Cx) -> Result<usize, Error> {
    Ok(look(cx, async || list_api_keys(cx).await).await?.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn a_quota_is_told_before_it_is_full() {
        let verdict = |count| quota("REST APIs", 600, Ok(count), "").verdict;
        assert_eq!(
            [0, 539, 540, 600].map(verdict),
            [Verdict::Ok, Verdict::Ok, Verdict::Warn, Verdict::Warn]
        );
    }
}
