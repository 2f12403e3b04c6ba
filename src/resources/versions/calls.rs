//! The calls that list and publish versions, and make the alias.

use super::Versions;
use super::live::words;
use super::record::Record;
use super::state::{Alias, State, Version};
use crate::engine::{Cx, Error};
use crate::names::LIVE;
use crate::resources::function;
use crate::resources::support::{found, required};
use aws_sdk_lambda::types::{self as lambda, AliasConfiguration, FunctionConfiguration};
use std::collections::BTreeMap;

/// What stands in a list for the function itself.
const LATEST: &str = "$LATEST";

impl Versions {
    /// `None` where there is no function.
    pub(super) async fn look(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (versions, aliases) = futures::join!(self.list(cx), aliases(cx, &self.name));
        let (Some(versions), Some(aliases)) = (found(versions)?, found(aliases)?) else {
            return Ok(None);
        };
        Ok(Some(State::new(versions, aliases)))
    }

    async fn list(&self, cx: &Cx) -> Result<BTreeMap<u64, Version>, Error> {
        let (mut all, mut marker) = (BTreeMap::new(), None);
        loop {
            let request = cx.lambda.list_versions_by_function();
            let request = request.function_name(&self.name).set_marker(marker);
            let page = cx.call("ListVersionsByFunction", request.send()).await?;
            for one in page.versions.unwrap_or_default() {
                if one.version() != Some(LATEST) {
                    let (number, version) = version_of(one)?;
                    all.insert(number, version);
                }
            }
            marker = page.next_marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(all);
            }
        }
    }

    /// Publishes what the function is now, and waits until it can run. Unchanged since the last version, it is that one
    /// again (Lambda API reference, "PublishVersion").
    pub(super) async fn publish(&self, cx: &Cx, seen: &State) -> Result<(u64, Version), Error> {
        let function = self.function.require()?;
        let request = cx
            .lambda
            .publish_version()
            .function_name(&self.name)
            .code_sha256(&function.code_sha256)
            .description(self.record(seen).text());
        let made = cx.call("PublishVersion", request.send()).await;
        let made = made.map_err(|error| match error {
            // The code is another one meanwhile.
            Error::Aws(refused) if refused.code == "PreconditionFailedException" => self.conflict(),
            other => other,
        })?;
        let number = number_of(made.version.as_deref())?;
        let record = made.description.as_deref().and_then(Record::read);
        if record
            .as_ref()
            .is_none_or(|record| record.definition != self.definition)
        {
            return Err(self.conflict());
        }
        // A version that is pending answers no request.
        if matches!(made.state, Some(lambda::State::Pending)) {
            function::once_ready(cx, &self.name, Some(&number.to_string())).await?;
        }
        let version = Version {
            record,
            published: made.last_modified.unwrap_or_default(),
            function,
        };
        Ok((number, version))
    }

    /// Somebody else has changed the function since we did.
    fn conflict(&self) -> Error {
        Error::Conflict(format!("function {}", self.name))
    }

    /// Gives the newest version the name that the API invokes.
    pub(super) async fn name_newest(&self, cx: &Cx, seen: &State) -> Result<Alias, Error> {
        let newest = seen.all.keys().next_back();
        let newest = newest.ok_or_else(|| Error::Conflict("the function's version".to_owned()))?;
        let mut alias = Alias {
            version: newest.to_string(),
            description: words(&newest.to_string(), &BTreeMap::new()),
            weights: BTreeMap::new(),
            revision: None,
        };
        let request = cx
            .lambda
            .create_alias()
            .function_name(&self.name)
            .name(LIVE)
            .function_version(&alias.version)
            .description(&alias.description);
        alias.revision = cx.call("CreateAlias", request.send()).await?.revision_id;
        Ok(alias)
    }
}

/// The aliases of a function, by name.
pub(super) async fn aliases(cx: &Cx, function: &str) -> Result<BTreeMap<String, Alias>, Error> {
    let (mut all, mut marker) = (BTreeMap::new(), None);
    loop {
        let request = cx.lambda.list_aliases();
        let request = request.function_name(function).set_marker(marker);
        let page = cx.call("ListAliases", request.send()).await?;
        for one in page.aliases.unwrap_or_default() {
            let name = required(one.name(), "the alias's name")?.to_owned();
            all.insert(name, alias_of(one)?);
        }
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(all);
        }
    }
}

fn version_of(one: FunctionConfiguration) -> Result<(u64, Version), Error> {
    let number = number_of(one.version())?;
    let version = Version {
        record: one.description().and_then(Record::read),
        published: one.last_modified().unwrap_or_default().to_owned(),
        function: function::State::of_version(one),
    };
    Ok((number, version))
}

fn number_of(version: Option<&str>) -> Result<u64, Error> {
    let number = version.and_then(|version| version.parse().ok());
    required(number, "the version's number")
}

fn alias_of(one: AliasConfiguration) -> Result<Alias, Error> {
    let weights = one
        .routing_config
        .and_then(|routing| routing.additional_version_weights);
    Ok(Alias {
        version: required(one.function_version, "the alias's version")?,
        weights: weights.into_iter().flatten().collect(),
        description: one.description.unwrap_or_default(),
        revision: one.revision_id,
    })
}
