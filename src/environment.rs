//! Variables that are set to nothing count as unset, as they do for the AWS CLI: `AWS_PROFILE=`
//! before a command is how a shell leaves one out.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Where a variable is empty, starts this program again without it. The SDK, the command line's
/// parser and this crate each read the environment: none of them has to know of the rule then.
pub(crate) fn drop_empty() {
    let empty: Vec<OsString> = std::env::vars_os()
        .filter(|(name, value)| value.is_empty() && is_ours(&name.to_string_lossy()))
        .map(|(name, _)| name)
        .collect();
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    if empty.is_empty() {
        return;
    }
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    command.args(arguments);
    for name in empty {
        command.env_remove(name);
    }
    // It returns only when it fails; then the empty variables are what there is to work with.
    let _ = command.exec();
}

/// AWS's variables, ours, and a proxy's.
fn is_ours(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    name.starts_with("AWS_") || name.starts_with("GATEWAYQ_") || upper.ends_with("_PROXY")
}
