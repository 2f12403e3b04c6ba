//! `[domain]` in what commands print.

use super::session::Session;
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
