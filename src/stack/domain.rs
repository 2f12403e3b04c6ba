//! What leads to the stage from outside: a custom domain name, and the default endpoint.

use super::{Builder, Purpose};
use crate::engine::Handle;
use crate::resources::{BasePathMapping, DefaultEndpoint, Domain, FormerDomains, RestApi, Stage};

impl Builder<'_> {
    pub(super) fn domain(
        &mut self,
        api: &Handle<RestApi>,
        purpose: &Purpose,
    ) -> Option<Handle<Domain>> {
        let wanted = self.settings.domain.clone()?;
        let (names, list) = (self.names.clone(), self.lists.apis.clone());
        let user_tags = self.settings.tags.clone();
        Some(self.graph.add(|depends| Domain {
            names,
            wanted,
            user_tags,
            api: depends.on(api),
            list,
            deleting: matches!(purpose, Purpose::Delete),
        }))
    }

    fn mapping(
        &mut self,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
        domain: &Handle<Domain>,
        purpose: &Purpose,
    ) -> Option<Handle<BasePathMapping>> {
        let wanted = self.settings.domain.clone()?;
        let (names, list) = (self.names.clone(), self.lists.apis.clone());
        Some(self.graph.add(|depends| {
            depends.require(stage);
            depends.require(domain);
            BasePathMapping {
                names,
                domain: wanted,
                api: depends.on(api),
                list,
                deleting: matches!(purpose, Purpose::Delete),
            }
        }))
    }

    /// What comes after the stage: the mapping, the switch of the default endpoint, which goes with the API, and then
    /// what led to the stage before.
    pub(super) fn ways_in(
        &mut self,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
        domain: Option<&Handle<Domain>>,
        purpose: &Purpose,
    ) {
        let mapping = domain.and_then(|domain| self.mapping(api, stage, domain, purpose));
        let names = self.names.clone();
        let is_off = self.settings.api.disable_default_endpoint;
        let endpoint = self.graph.add_inside(api, |depends| {
            mapping.iter().for_each(|mapping| depends.require(mapping));
            DefaultEndpoint {
                names,
                api: depends.on(api),
                is_off,
            }
        });
        let names = self.names.clone();
        let domain = self.settings.domain.as_ref();
        let domain = domain.map(|domain| domain.name.clone());
        self.graph.add(|depends| {
            mapping.iter().for_each(|mapping| depends.after(mapping));
            depends.after(&endpoint);
            FormerDomains {
                names,
                api: depends.on(api),
                stage: depends.on(stage),
                domain,
            }
        });
    }
}
