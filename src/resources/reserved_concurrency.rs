//! The executions at once that are kept for the function, and with that the most it can have.

use super::function::Function;
use super::marks;
use super::rest_api::RestApi;
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::Names;
use crate::tags::CONCURRENCY_TAG;
use futures::FutureExt;

/// The reservation as the stack wants it. The mark that it was made here is the API's: a function has no room for
/// another tag.
pub(crate) struct ReservedConcurrency {
    pub names: Names,
    pub api: Ref<RestApi>,
    pub function: Ref<Function>,
    /// How many; `None` leaves alone what somebody else reserved.
    pub executions: Option<i32>,
}

/// How many are reserved.
#[derive(Clone, Debug)]
pub(crate) struct State(Option<i32>);

const PUT: Call<ReservedConcurrency> = Call {
    operation: "PutFunctionConcurrency",
    run: |reserved, cx, _, _| reserved.put(cx).boxed(),
};

impl ReservedConcurrency {
    async fn put(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx.lambda.put_function_concurrency();
        let request = request.function_name(self.names.base());
        let request = request.set_reserved_concurrent_executions(self.executions);
        cx.call("PutFunctionConcurrency", request.send()).await?;
        Ok(())
    }
}

impl Resource for ReservedConcurrency {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[Field::text(
        "ReservedConcurrentExecutions",
        |s| Some(s.0?.to_string()),
        Set::By(&PUT),
    )];

    fn kind(&self) -> &'static str {
        "reserved concurrency"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    /// The function's own answer tells.
    async fn read(&self, _cx: &Cx) -> Result<Option<State>, Error> {
        let (api, function) = (self.api.observed().await?, self.function.observed().await?);
        let marked = api.is_some_and(|api| api.is_marked(CONCURRENCY_TAG));
        let function = function.filter(|_| marked || self.executions.is_some());
        Ok(function.map(|function| State(function.reserved)))
    }

    fn is_wanted(&self) -> bool {
        self.executions.is_some()
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State(self.executions)
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.put(cx).await?;
        Ok(wanted)
    }

    /// The tag tells that they are gatewayq's to give back, so it changes last.
    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        if found.0.is_some() {
            let request = cx.lambda.delete_function_concurrency();
            let request = request.function_name(self.names.base());
            cx.call("DeleteFunctionConcurrency", request.send()).await?;
        }
        marks::take_off_api(cx, &self.names, &self.api, CONCURRENCY_TAG).await
    }
}
