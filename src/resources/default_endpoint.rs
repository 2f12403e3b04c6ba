//! The default endpoint: the execute-api URL, which can be switched off where a domain leads to the API.

use super::control_plane::patch_operation;
use super::marks;
use super::rest_api::RestApi;
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::Names;
use crate::tags::ENDPOINT_TAG;
use aws_sdk_apigateway::types::Op;
use futures::FutureExt;

/// The switch. Off, it comes after the base path mapping, so that there is always a way to the stage; on, it comes before
/// the deployment. It counts with the next deployment ("Disable the default endpoint", API Gateway developer guide).
pub(crate) struct DefaultEndpoint {
    pub names: Names,
    pub api: Ref<RestApi>,
    /// Whether it is to be off; one that somebody else switched off is left alone otherwise.
    pub is_off: bool,
}

/// Whether it is off.
#[derive(Clone, Debug)]
pub(crate) struct State(bool);

const SWITCH: Call<DefaultEndpoint> = Call {
    operation: "UpdateRestApi",
    run: |endpoint, cx, _, wanted| endpoint.switch(cx, wanted.0).boxed(),
};

impl DefaultEndpoint {
    async fn switch(&self, cx: &Cx, off: bool) -> Result<(), Error> {
        let value = Some(off.to_string());
        let operation = patch_operation(Op::Replace, "/disableExecuteApiEndpoint", value);
        let request = cx.apigateway.update_rest_api();
        let request = request.rest_api_id(self.api.require()?.id);
        let request = request.patch_operations(operation);
        cx.call("UpdateRestApi", request.send()).await?;
        Ok(())
    }
}

impl Resource for DefaultEndpoint {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[Field::text(
        "disableExecuteApiEndpoint",
        |s| Some(s.0.to_string()),
        Set::By(&SWITCH),
    )];

    fn kind(&self) -> &'static str {
        "default endpoint"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    /// The list of APIs tells.
    async fn read(&self, _cx: &Cx) -> Result<Option<State>, Error> {
        let api = self.api.observed().await?;
        let managed = api.filter(|api| self.is_off || api.is_marked(ENDPOINT_TAG));
        Ok(managed.map(|api| State(api.has_no_default_endpoint)))
    }

    fn is_wanted(&self) -> bool {
        self.is_off
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State(true)
    }

    /// Where it is switched off, the deployment before it is of the API as it was.
    fn reopens(&self) -> bool {
        self.is_off
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.switch(cx, wanted.0).await?;
        Ok(wanted)
    }

    /// Switches it on. The tag tells that it was switched off, so it changes last.
    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        if found.0 {
            self.switch(cx, false).await?;
        }
        marks::take_off_api(cx, &self.names, &self.api, ENDPOINT_TAG).await
    }
}
