//! The custom domain name: a regional one, which stages of several apps can share.
//!
//! It is nobody's alone. Whichever stage needs it first makes it, with the tag of what is shared, and
//! whichever lets go of it last removes it. One without that tag is used as it is.

mod calls;
mod former;
mod mapping;
mod mark;

pub(crate) use former::FormerDomains;
pub(crate) use mapping::BasePathMapping;
pub(super) use mark::with as mark_with;

use super::control_plane::{patch_operation, patches};
use super::lists::ApiList;
use super::rest_api::RestApi;
use super::support::UNKNOWN;
use crate::config::settings;
use crate::engine::{Call, Cx, Error, Field, Patch, Ref, Resource, Retained, Retry, Set, changed};
use crate::names::Names;
use crate::tags::{SHARED_TAG, Tags};
use aws_sdk_apigateway::types::{DomainNameStatus, EndpointConfiguration, EndpointType, Op};
use calls::Answer;
use futures::FutureExt;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The value of the shared name's tag.
const SHARED: &str = "domain";

const REGIONAL: &str = "REGIONAL";
const AVAILABLE: &str = "AVAILABLE";

/// The name as the stack wants it.
pub(crate) struct Domain {
    pub names: Names,
    pub wanted: settings::Domain,
    /// The user's tags; the name takes them over when it is made.
    pub user_tags: BTreeMap<String, String>,
    pub api: Ref<RestApi>,
    pub list: ApiList,
    /// Whether the stage is being deleted: only then does it matter who else is there.
    pub deleting: bool,
}

/// The name in API Gateway.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// What a DNS record of the name is to lead to.
    pub alias: Alias,
    certificate_arn: Option<String>,
    security_policy: Option<String>,
    endpoint_type: String,
    status: String,
    /// What API Gateway says where it is neither available nor at work on it.
    trouble: Option<String>,
    is_shared: bool,
    /// The base paths, each with what it leads to. Known on delete alone.
    mapped: BTreeSet<String>,
    /// Those of them that are not this stage's.
    others: BTreeSet<String>,
}

/// API Gateway's own name behind a custom one.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    pub host: String,
    /// The Route 53 zone that an alias record has to name beside it.
    pub zone_id: String,
}

const WAIT: Call<Domain> = Call {
    operation: "GetDomainName",
    run: |domain, cx, found, wanted| domain.get_ready(cx, found, wanted).boxed(),
};
const UPDATE: Call<Domain> = Call {
    operation: "UpdateDomainName",
    run: |domain, cx, found, wanted| domain.patch(cx, found, wanted).boxed(),
};
/// This stage's base paths go before it; what is left then, only a look tells.
const LOOK: Call<Domain> = Call {
    operation: "GetBasePathMappings",
    run: |_, _, _, _| async { Err(in_use()) }.boxed(),
};

fn in_use() -> Error {
    Error::NotYet("a look at who else uses the domain name")
}

impl Domain {
    /// API Gateway is at work on a name after some answers ("domainNameStatus", API reference).
    async fn wait_until_available(&self, cx: &Cx) -> Result<Answer, Error> {
        let mut retry = Retry::often();
        loop {
            match calls::look(cx, &self.wanted.name).await.and_then(available) {
                Ok(answer) => return Ok(answer),
                Err(error) => retry.after(error, cx).await?,
            }
        }
    }

    /// What API Gateway could not do with the name is an error, but where something of it is changed next: that may be
    /// what mends it.
    async fn get_ready(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let changes = changed::<Self>("UpdateDomainName", found, wanted);
        match self.wait_until_available(cx).await {
            Err(Error::Failed(_)) if !changes.is_empty() => Ok(()),
            ready => ready.map(drop),
        }
    }

    async fn patch(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let mut operations = patches::<Self>("UpdateDomainName", found, wanted);
        if found.endpoint_type != wanted.endpoint_type {
            // The path names the type that goes (API Gateway API reference, "UpdateDomainName").
            let path = format!("/endpointConfiguration/types/{}", found.endpoint_type);
            let value = Some(wanted.endpoint_type.clone());
            operations.push(patch_operation(Op::Replace, &path, value));
        }
        let request = cx
            .apigateway
            .update_domain_name()
            .domain_name(&self.wanted.name)
            .set_patch_operations(Some(operations));
        let answer = cx.call("UpdateDomainName", request.send()).await;
        answer.map_err(|error| self.with_help(error))?;
        self.wait_until_available(cx).await?;
        Ok(())
    }

    async fn make(&self, cx: &Cx, wanted: &State) -> Result<(), Error> {
        let endpoint = EndpointConfiguration::builder().types(EndpointType::Regional);
        let request = cx
            .apigateway
            .create_domain_name()
            .domain_name(&self.wanted.name)
            .endpoint_configuration(endpoint.build())
            .set_regional_certificate_arn(wanted.certificate_arn.clone())
            .set_security_policy(wanted.security_policy.as_deref().map(Into::into))
            .set_tags(Some(Tags::shared(&self.user_tags, SHARED).to_sdk()));
        match cx.call("CreateDomainName", request.send()).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_there() => Err(self.taken(cx, error).await?),
            Err(error) => Err(self.with_help(error)),
        }
    }

    /// A name is one for all accounts of a Region ("Custom domain names", API Gateway developer
    /// guide): one that is there and is not seen is another account's.
    async fn taken(&self, cx: &Cx, error: Error) -> Result<Error, Error> {
        let mut retry = Retry::often();
        loop {
            let looked = match calls::look(cx, &self.wanted.name).await {
                Err(missing) if missing.is_not_found() => retry.after(missing, cx).await,
                looked => return looked.map(|_| error),
            };
            match looked {
                Err(missing) if missing.is_not_found() => break,
                looked => looked?,
            }
        }
        Ok(Error::Failed(format!(
            "{error}\n  Another account has the name in {}: remove it there, or choose another `name` in [domain]",
            self.names.region
        )))
    }

    /// What to look at where API Gateway does not take the certificate.
    fn with_help(&self, error: Error) -> Error {
        let text = error.to_string();
        let is_final = error.waiting_for().is_none() && !error.is_denied();
        match is_final && text.contains("ertificate") {
            true => Error::Failed(format!(
                "{text}\n  The certificate has to be issued, in {}, for {}: `aws acm describe-certificate --region {} \
                 --certificate-arn {}` shows its Status and its names",
                self.names.region, self.wanted.name, self.names.region, self.wanted.certificate_arn
            )),
            false => error,
        }
    }

    async fn state_of(&self, cx: &Cx, answer: &Answer) -> Result<State, Error> {
        let (mut mapped, mut others) = (BTreeSet::new(), BTreeSet::new());
        if self.deleting {
            let (apis, ours) = (self.list.get(cx).await?, self.api.observed().await?);
            let ours = ours.map(|api| api.id);
            for path in calls::base_paths(cx, &self.wanted.name)
                .await?
                .unwrap_or_default()
            {
                let line = format!("{} to {}", path.base_path, path.target(apis));
                if !path.is_of(ours.as_deref(), &self.names.stage) {
                    others.insert(line.clone());
                }
                mapped.insert(line);
            }
        }
        Ok(State {
            mapped,
            others,
            ..read(answer)
        })
    }
}

/// What an answer tells of a name.
fn read(answer: &Answer) -> State {
    let types = answer.endpoint_configuration().map(|it| it.types());
    let endpoint_type = types.and_then(|types| types.first());
    let text = |value: Option<&str>| value.map(str::to_owned);
    // One that is not regional is somebody else's, or was made so: its alias is CloudFront's.
    let host = answer.regional_domain_name();
    let host = host.or(answer.distribution_domain_name());
    let zone_id = answer.regional_hosted_zone_id();
    let zone_id = zone_id.or(answer.distribution_hosted_zone_id());
    State {
        alias: Alias {
            host: host.unwrap_or_default().to_owned(),
            zone_id: zone_id.unwrap_or_default().to_owned(),
        },
        certificate_arn: text(answer.regional_certificate_arn()),
        security_policy: text(answer.security_policy().map(|policy| policy.as_str())),
        endpoint_type: endpoint_type
            .map_or(REGIONAL, |kind| kind.as_str())
            .to_owned(),
        status: answer
            .domain_name_status()
            .map_or(AVAILABLE, |status| status.as_str())
            .to_owned(),
        trouble: available(answer.clone())
            .err()
            .filter(|error| error.waiting_for().is_none())
            .map(|error| error.to_string()),
        is_shared: is_shared(answer),
        mapped: BTreeSet::new(),
        others: BTreeSet::new(),
    }
}

fn is_shared(answer: &Answer) -> bool {
    let tags = answer.tags();
    tags.and_then(|tags| tags.get(SHARED_TAG))
        .map(String::as_str)
        == Some(SHARED)
}

fn is_busy(answer: &Answer) -> bool {
    use DomainNameStatus::{Pending, Updating};
    matches!(answer.domain_name_status(), Some(Updating | Pending))
}

fn available(answer: Answer) -> Result<Answer, Error> {
    if is_busy(&answer) {
        return Err(Error::NotYet("API Gateway to get the domain name ready"));
    }
    match answer.domain_name_status() {
        None | Some(DomainNameStatus::Available) => Ok(answer),
        Some(status) => Err(Error::Failed(format!(
            "API Gateway says: {} {}",
            status.as_str(),
            answer.domain_name_status_message().unwrap_or_default()
        ))),
    }
}

impl Resource for Domain {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text(
            "domainNameStatus",
            |s| Some(s.status.clone()),
            Set::Waiting(&WAIT),
        ),
        Field::text(
            "regionalCertificateArn",
            |s| s.certificate_arn.clone(),
            Set::Patch(&UPDATE, Patch::replaced("/regionalCertificateArn")),
        ),
        Field::text(
            "securityPolicy",
            |s| s.security_policy.clone(),
            Set::Patch(&UPDATE, Patch::replaced("/securityPolicy")),
        ),
        Field::text(
            "endpointConfiguration",
            |s| Some(s.endpoint_type.clone()),
            Set::By(&UPDATE),
        ),
        Field::items("base path mapping", |s| &s.mapped, Set::Waiting(&LOOK)),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        let Alias { host, zone_id } = &mut state.alias;
        vec![("host".to_owned(), host), ("zone".to_owned(), zone_id)]
    }

    fn made_with(&self, _state: &State) -> Vec<(String, Value)> {
        let tags = Tags::shared(&self.user_tags, SHARED);
        vec![("tag".to_owned(), json!(tags.map()))]
    }

    fn kind(&self) -> &'static str {
        "domain name"
    }

    fn name(&self) -> String {
        self.wanted.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        match calls::get(cx, &self.wanted.name).await? {
            Some(answer) => Ok(Some(self.state_of(cx, &answer).await?)),
            None => Ok(None),
        }
    }

    /// One that somebody else made is left as it is.
    fn wanted(&self, found: Option<&State>) -> State {
        if let Some(found) = found.filter(|found| !found.is_shared) {
            return found.clone();
        }
        let unknown = || Alias {
            host: UNKNOWN.to_owned(),
            zone_id: UNKNOWN.to_owned(),
        };
        let policy = match self.wanted.security_policy {
            settings::SecurityPolicy::Tls12 => "TLS_1_2",
            settings::SecurityPolicy::Tls10 => "TLS_1_0",
        };
        State {
            alias: found.map_or_else(unknown, |found| found.alias.clone()),
            certificate_arn: Some(self.wanted.certificate_arn.clone()),
            security_policy: Some(policy.to_owned()),
            endpoint_type: REGIONAL.to_owned(),
            status: AVAILABLE.to_owned(),
            trouble: None,
            is_shared: true,
            mapped: found.map_or_else(BTreeSet::new, |found| found.mapped.clone()),
            others: found.map_or_else(BTreeSet::new, |found| found.others.clone()),
        }
    }

    /// The alias is known as soon as it is there.
    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.make(cx, &wanted).await?;
        Ok(read(&self.wait_until_available(cx).await?))
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        match calls::delete_unused(cx, &self.wanted.name).await? {
            true => Ok(()),
            false => Err(in_use()),
        }
    }

    /// What is left without this stage's base paths decides, after they are gone: of two deletes at
    /// the same time the later one then sees none.
    fn retained(&self, found: &State) -> Option<Retained<State>> {
        let others: Vec<&str> = found.others.iter().map(String::as_str).collect();
        let reason = match (found.is_shared, others.as_slice()) {
            (false, _) => "it is not gatewayq's".to_owned(),
            (true, []) => return None,
            (true, others) => format!("it leads elsewhere too: {}", others.join(", ")),
        };
        let mapped = match found.is_shared {
            true => found.others.clone(),
            false => found.mapped.clone(),
        };
        let state = State {
            mapped,
            ..found.clone()
        };
        Some(Retained { reason, state })
    }

    async fn warnings(&self, _cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let trouble = found.and_then(|found| found.trouble.clone());
        let found = found.filter(|found| !found.is_shared);
        let other = found
            .filter(|found| found.certificate_arn.as_ref() != Some(&self.wanted.certificate_arn));
        let warning = other.map(|found| {
            format!(
                "it is not gatewayq's, and its certificate is not the one of gatewayq.toml but {}",
                found
                    .certificate_arn
                    .as_deref()
                    .unwrap_or("none for the Region")
            )
        });
        Ok(trouble.into_iter().chain(warning).collect())
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let Alias { host, zone_id } = &found.alias;
        vec![("alias target", host.clone()), ("zone", zone_id.clone())]
    }
}
