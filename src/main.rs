//! The binary: a thin shell around the library, so that the test suite can share its build.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatewayq::main()
}
