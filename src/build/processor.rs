//! The processor that the handler is built for: one that every machine of Lambda is.
//!
//! A developer's `-C target-cpu=native` makes the fastest binary for the laptop, and one that ends
//! with SIGILL in Lambda, perhaps only on some of its machines.

use super::Error;

/// Besides what every x86-64 has: Lambda promises AVX2 (Lambda developer guide, "Using AVX2
/// vectorization in Lambda"), and no processor has that without the rest.
const X86_64: &[&str] = &[
    "avx",
    "avx2",
    "bmi1",
    "bmi2",
    "cmpxchg16b",
    "f16c",
    "fma",
    "fxsr",
    "lahfsahf",
    "lzcnt",
    "movbe",
    "popcnt",
    "sse",
    "sse2",
    "sse3",
    "sse4.1",
    "sse4.2",
    "ssse3",
    "xsave",
    "xsaveopt",
];

/// arm64 is Graviton2 (Lambda developer guide, "Lambda instruction set architectures"), a
/// Neoverse N1.
const ARM64: &[&str] = &[
    "aes", "crc", "dotprod", "dpb", "fp16", "lse", "neon", "ras", "rcpc", "rdm", "sha2", "ssbs",
];

/// Processors that Lambda's are, or can do all of.
const FIT: &[&str] = &["generic", "x86-64", "x86-64-v2", "x86-64-v3", "neoverse-n1"];

/// The flags to add to the developer's, so that none of theirs asks for more than Lambda has.
///
/// # Errors
/// [`Error::Feature`] for a target feature that Lambda does not have: leaving it out without a
/// word could break code that was written for it.
pub(super) fn baseline(theirs: &[String], triple: &str) -> Result<Vec<String>, Error> {
    let x86 = triple.starts_with("x86_64");
    let known = if x86 { X86_64 } else { ARM64 };
    for features in codegen(theirs, "target-feature") {
        let added = features
            .split(',')
            .filter_map(|one| one.trim().strip_prefix('+'));
        if let Some(feature) = added
            .filter(|one| *one != "crt-static")
            .find(|one| !known.contains(one))
        {
            return Err(Error::Feature {
                feature: feature.to_owned(),
                target: triple.to_owned(),
            });
        }
    }
    // rustc takes the last one.
    match codegen(theirs, "target-cpu").last() {
        Some(cpu) if !FIT.contains(&cpu) => {
            let baseline = if x86 { "x86-64" } else { "generic" };
            Ok(vec!["-C".to_owned(), format!("target-cpu={baseline}")])
        }
        _ => Ok(Vec::new()),
    }
}

/// The values of a codegen option, in each of the forms that rustc takes.
fn codegen<'a>(flags: &'a [String], option: &str) -> impl Iterator<Item = &'a str> {
    let value = move |text: &'a str| text.strip_prefix(option)?.strip_prefix('=');
    let values = flags.iter().enumerate().filter_map(move |(index, flag)| {
        let after = index.checked_sub(1).and_then(|before| flags.get(before));
        match after.map(String::as_str) {
            Some("-C" | "--codegen") => value(flag),
            _ => value(
                flag.strip_prefix("-C")
                    .or_else(|| flag.strip_prefix("--codegen="))?,
            ),
        }
    });
    values.collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const X86: &str = "x86_64-unknown-linux-musl";
    const ARM: &str = "aarch64-unknown-linux-musl";

    fn added(flags: &str, triple: &str) -> Result<String, String> {
        let theirs: Vec<String> = flags.split_whitespace().map(str::to_owned).collect();
        let ours = baseline(&theirs, triple).map_err(|error| error.to_string())?;
        Ok(ours.join(" "))
    }

    #[test]
    fn the_laptops_processor_is_not_lambdas() {
        for flags in [
            "-C target-cpu=native",
            "-Ctarget-cpu=native",
            "--codegen target-cpu=native",
            "--codegen=target-cpu=native",
            "-C opt-level=3 -C target-cpu=generic -C target-cpu=znver4",
        ] {
            assert_eq!(
                added(flags, X86).unwrap(),
                "-C target-cpu=x86-64",
                "{flags}"
            );
            assert_eq!(
                added(flags, ARM).unwrap(),
                "-C target-cpu=generic",
                "{flags}"
            );
        }
    }

    #[test]
    fn what_lambda_has_is_left_alone() {
        for flags in [
            "",
            "-C target-cpu=x86-64-v3",
            "-C target-feature=+avx2,-avx512f -Ctarget-feature=-crt-static",
            "--cfg target-cpu=native",
        ] {
            assert_eq!(added(flags, X86).unwrap(), "", "{flags}");
        }
        assert_eq!(
            added("-C target-feature=+lse,+crt-static", ARM).unwrap(),
            ""
        );
    }

    #[test]
    fn a_feature_that_lambda_lacks_is_refused() {
        let told = added("-C target-feature=+avx2,+avx512f", X86).unwrap_err();
        assert!(told.contains("avx512f") && told.contains(X86), "{told}");
        assert!(added("-Ctarget-feature=+sve", ARM).is_err());
    }
}
