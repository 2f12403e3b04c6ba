//! What leads to the stage from outside: a custom domain name, and the default endpoint.

use super::{Builder, Purpose};
use crate::engine::Handle;
use crate::resources::{
    BasePathMapping, DefaultEndpoint, Domain, FormerDomains, RestApi, ServedDeployment, Stage,
};

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

    /// The default endpoint where it is to be on. It counts with the deployment that comes after it, and what led to
    /// the stage before goes when that one is served.
    pub(super) fn open_endpoint(
        &mut self,
        api: &Handle<RestApi>,
    ) -> Option<Handle<DefaultEndpoint>> {
        let is_off = self.settings.api.disable_default_endpoint;
        (!is_off).then(|| self.default_endpoint(api, None))
    }

    fn default_endpoint(
        &mut self,
        api: &Handle<RestApi>,
        mapping: Option<&Handle<BasePathMapping>>,
    ) -> Handle<DefaultEndpoint> {
        let names = self.names.clone();
        let is_off = self.settings.api.disable_default_endpoint;
        self.graph.add_inside(api, |depends| {
            mapping.iter().for_each(|mapping| depends.require(mapping));
            DefaultEndpoint {
                names,
                api: depends.on(api),
                is_off,
            }
        })
    }

    /// What comes after the stage: the mapping, the default endpoint where it is to be off, which goes with the API, and
    /// then what led to the stage before.
    pub(super) fn ways_in(
        &mut self,
        api: &Handle<RestApi>,
        (stage, served): (&Handle<Stage>, &Handle<ServedDeployment>),
        domain: Option<&Handle<Domain>>,
        purpose: &Purpose,
    ) {
        let mapping = domain.and_then(|domain| self.mapping(api, stage, domain, purpose));
        let is_off = self.settings.api.disable_default_endpoint;
        let closed = is_off.then(|| self.default_endpoint(api, mapping.as_ref()));
        let names = self.names.clone();
        let domain = self.settings.domain.as_ref();
        let domain = domain.map(|domain| domain.name.clone());
        self.graph.add(|depends| {
            mapping.iter().for_each(|mapping| depends.after(mapping));
            closed.iter().for_each(|endpoint| depends.after(endpoint));
            depends.after(served);
            FormerDomains {
                names,
                api: depends.on(api),
                stage: depends.on(stage),
                domain,
            }
        });
    }
}
