//! The C compiler and the linker of a musl target, as variables for cargo.
//!
//! The handler's TLS library (ring) has C in it, which the `cc` crate compiles with what its
//! variables name or with `musl-gcc`; few machines have that. The machine's own C compiler does
//! as well, since ring's C needs no library. What rustc brings along links the rest.

use super::Error;

/// What the decision depends on.
pub(super) struct Machine<'a> {
    /// The value of an environment variable, if it is set and not empty.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Whether a program of that name is on PATH.
    pub program: &'a dyn Fn(&str) -> bool,
    /// The architecture and the system this runs on, as `std::env::consts` names them.
    pub host: (&'a str, &'a str),
}

/// The variables to add for `target`; none where the user's own, or a musl compiler, are there.
///
/// # Errors
/// [`Error::NoCompiler`] with what to do.
pub(super) fn variables(
    target: &str,
    machine: &Machine<'_>,
) -> Result<Vec<(String, String)>, Error> {
    let Some((arch, _)) = target.split_once("-unknown-linux-musl") else {
        return Ok(Vec::new());
    };
    let native = machine.host == (arch, "linux");
    let mut added = Vec::new();
    if !compiler_is_known(target, arch, native, machine) {
        let compiler =
            choose(arch, native, machine).ok_or_else(|| missing(target, arch, native))?;
        added.push((cc_variable(target), compiler));
    }
    let linker = format!("CARGO_TARGET_{}_LINKER", underscores(target).to_uppercase());
    if !native && (machine.variable)(&linker).is_none() {
        // musl's start files come with the target, so any linker for ELF will do.
        added.push((linker, "rust-lld".to_owned()));
    }
    Ok(added)
}

/// The same order as the `cc` crate's own search.
fn compiler_is_known(target: &str, arch: &str, native: bool, machine: &Machine<'_>) -> bool {
    let named = [
        format!("CC_{target}"),
        cc_variable(target),
        "TARGET_CC".into(),
        "CC".into(),
    ];
    named.iter().any(|name| (machine.variable)(name).is_some())
        || (machine.program)(&format!("{arch}-linux-musl-gcc"))
        || (native && (machine.program)("musl-gcc"))
}

fn choose(arch: &str, native: bool, machine: &Machine<'_>) -> Option<String> {
    let candidates = if native {
        vec!["cc".to_owned(), "gcc".to_owned(), "clang".to_owned()]
    } else {
        // clang compiles for every processor; the `cc` crate hands it the target.
        vec!["clang".to_owned(), format!("{arch}-linux-gnu-gcc")]
    };
    candidates.into_iter().find(|name| (machine.program)(name))
}

fn missing(target: &str, arch: &str, native: bool) -> Error {
    let install = if native {
        "a C compiler (the package gcc or clang)".to_owned()
    } else {
        format!(
            "clang, or {arch}-linux-gnu-gcc (the package gcc-{}-linux-gnu)",
            arch.replace('_', "-")
        )
    };
    let zig = format!("{arch}-unknown-linux-gnu.2.34");
    Error::NoCompiler {
        target: target.to_owned(),
        install,
        variable: cc_variable(target),
        zig,
    }
}

fn cc_variable(target: &str) -> String {
    format!("CC_{}", underscores(target))
}

fn underscores(target: &str) -> String {
    target.replace(['-', '.'], "_")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn decide(
        target: &str,
        set: &[&str],
        programs: &[&str],
        host: (&str, &str),
    ) -> Result<Vec<String>, String> {
        let machine = Machine {
            variable: &|name| set.contains(&name).then(|| "x".to_owned()),
            program: &|name| programs.contains(&name),
            host,
        };
        let found = variables(target, &machine).map_err(|error| error.to_string())?;
        Ok(found
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect())
    }

    const X86: &str = "x86_64-unknown-linux-musl";
    const ARM: &str = "aarch64-unknown-linux-musl";
    const LINUX: (&str, &str) = ("x86_64", "linux");
    const LLD: &str = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld";

    #[test]
    fn the_machines_own_compiler_does_for_its_own_processor() {
        let cc = ["CC_x86_64_unknown_linux_musl=cc"];
        assert_eq!(decide(X86, &[], &["cc", "gcc"], LINUX).unwrap(), cc);
        let clang = ["CC_x86_64_unknown_linux_musl=clang"];
        assert_eq!(decide(X86, &[], &["clang"], LINUX).unwrap(), clang);
    }

    #[test]
    fn what_the_user_has_is_left_alone() {
        let none: [&str; 0] = [];
        for set in [
            "CC",
            "TARGET_CC",
            "CC_x86_64_unknown_linux_musl",
            &format!("CC_{X86}"),
        ] {
            assert_eq!(decide(X86, &[set], &["cc"], LINUX).unwrap(), none);
        }
        assert_eq!(decide(X86, &[], &["cc", "musl-gcc"], LINUX).unwrap(), none);
        assert_eq!(decide(ARM, &["CC"], &[], LINUX).unwrap(), [LLD]);
        let linker = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER";
        assert_eq!(decide(ARM, &["CC", linker], &[], LINUX).unwrap(), none);
        assert_eq!(
            decide("x86_64-unknown-linux-gnu", &[], &[], LINUX).unwrap(),
            none
        );
    }

    #[test]
    fn another_processor_needs_a_compiler_for_it() {
        let clang = ["CC_aarch64_unknown_linux_musl=clang", LLD];
        assert_eq!(decide(ARM, &[], &["cc", "clang"], LINUX).unwrap(), clang);
        let gcc = ["CC_aarch64_unknown_linux_musl=aarch64-linux-gnu-gcc", LLD];
        assert_eq!(
            decide(ARM, &[], &["cc", "aarch64-linux-gnu-gcc"], LINUX).unwrap(),
            gcc
        );
        let error = decide(ARM, &[], &["cc", "musl-gcc"], LINUX).unwrap_err();
        assert!(
            error.contains("the package gcc-aarch64-linux-gnu"),
            "{error}"
        );
        assert!(error.contains("aarch64-unknown-linux-gnu.2.34"), "{error}");
    }

    #[test]
    fn a_mac_never_counts_as_the_targets_own_machine() {
        let mac = ("aarch64", "macos");
        let clang = ["CC_aarch64_unknown_linux_musl=clang", LLD];
        assert_eq!(decide(ARM, &[], &["cc", "clang"], mac).unwrap(), clang);
    }
}
