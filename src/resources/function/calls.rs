//! The calls that make and change the function, and the wait after each.

use super::fields::{environment, send, storage, tracing, vpc};
use super::{Code, Function, State};
use crate::config::settings::Vpc;
use crate::engine::{Call, Cx, Error, Retry};
use crate::tags::Tags;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{self as lambda, Architecture, FunctionCode};
use futures::FutureExt;

pub(super) const WAIT: Call<Function> = Call {
    operation: "GetFunctionConfiguration",
    run: |function, cx, _, _| function.wait_until_ready(cx).boxed(),
};
pub(super) const CONFIGURE: Call<Function> = Call {
    operation: "UpdateFunctionConfiguration",
    run: |function, cx, found, wanted| function.configure(cx, found, wanted).boxed(),
};
pub(super) const UPDATE_CODE: Call<Function> = Call {
    operation: "UpdateFunctionCode",
    run: |function, cx, _, wanted| function.update_code(cx, wanted).boxed(),
};
pub(super) const TAG: Call<Function> = Call {
    operation: "TagResource",
    run: |function, cx, found, _| function.tag(cx, function.all_tags(Some(found))).boxed(),
};

impl Function {
    pub(super) async fn make(&self, cx: &Cx, wanted: &State) -> Result<(), Error> {
        let code = FunctionCode::builder().zip_file(self.zip()?).build();
        let request = cx.lambda.create_function().function_name(&self.name);
        let request = send!(request, wanted)
            .set_vpc_config(vpc(&Vpc::default(), &wanted.configuration.vpc))
            .architectures(Architecture::from(wanted.architecture.as_str()))
            .code(code)
            .set_tags(Some(self.all_tags(None).to_sdk()));
        cx.call("CreateFunction", request.send()).await?;
        Ok(())
    }

    async fn configure(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let vpc = vpc(&found.configuration.vpc, &wanted.configuration.vpc);
        let request = cx.lambda.update_function_configuration();
        let request = send!(request.function_name(&self.name), wanted).set_vpc_config(vpc);
        cx.call("UpdateFunctionConfiguration", request.send())
            .await?;
        self.wait_until_ready(cx).await
    }

    pub(super) async fn update_code(&self, cx: &Cx, wanted: &State) -> Result<(), Error> {
        let request = cx
            .lambda
            .update_function_code()
            .function_name(&self.name)
            .architectures(Architecture::from(wanted.architecture.as_str()))
            .zip_file(self.zip()?);
        cx.call("UpdateFunctionCode", request.send()).await?;
        self.wait_until_ready(cx).await
    }

    pub(super) async fn tag(&self, cx: &Cx, tags: Tags) -> Result<(), Error> {
        let request = cx.lambda.tag_resource().resource(&self.arn);
        let request = request.set_tags(Some(tags.to_sdk()));
        cx.call("TagResource", request.send()).await?;
        Ok(())
    }

    fn zip(&self) -> Result<Blob, Error> {
        match &self.code {
            Code::Zip(upload) => match upload.artifact() {
                Some(artifact) => Ok(Blob::new(artifact.zip.as_slice())),
                None => Err(Error::Failed("the code is not built yet".to_owned())),
            },
            Code::AsUploaded => Err(Error::Refused("only a deploy can fix the code".to_owned())),
        }
    }

    pub(super) async fn wait_until_ready(&self, cx: &Cx) -> Result<(), Error> {
        once_ready(cx, &self.name, None).await
    }
}

/// Lambda creates and updates behind the answer: Pending, then Active or Failed; InProgress,
/// then Successful or Failed (Lambda developer guide, "Lambda function states"). Waits until the function, or one of its
/// versions, is done.
///
/// # Errors
/// That it failed; that it does not get ready within the retry budget; what AWS answers.
pub(crate) async fn once_ready(
    cx: &Cx,
    function: &str,
    version: Option<&str>,
) -> Result<(), Error> {
    let inspect = || async {
        let request = cx
            .lambda
            .get_function_configuration()
            .function_name(function);
        let request = request.set_qualifier(version.map(str::to_owned));
        ready(cx.call("GetFunctionConfiguration", request.send()).await?)
    };
    let mut retry = Retry::often();
    loop {
        match inspect().await {
            Ok(()) => return Ok(()),
            Err(error) => retry.after(error, cx).await?,
        }
    }
}

fn ready(now: GetFunctionConfigurationOutput) -> Result<(), Error> {
    let state = super::state::condition(
        now.state.as_ref(),
        now.state_reason.as_deref(),
        now.last_update_status.as_ref(),
    );
    let update_failed = super::state::update_failure(
        now.last_update_status.as_ref(),
        now.last_update_status_reason.as_deref(),
    );
    match (state.failed.or(update_failed), state.busy) {
        (Some(reason), _) => Err(Error::Failed(reason)),
        (None, true) => Err(Error::NotYet("Lambda to get the function ready")),
        (None, false) => Ok(()),
    }
}
