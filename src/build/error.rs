//! What can go wrong between the handler's source and its zip.

use camino::Utf8PathBuf;

/// A failed build. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program that the build needs could not be started.
    #[error(
        "cannot run `{program}`: {source}\n  install Rust with rustup, or put its programs on PATH"
    )]
    Run {
        /// The program's name.
        program: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The handler's folder is not a crate that cargo understands.
    #[error(
        "the handler's crate {crate_dir} cannot be read:\n{output}\n  `crate_dir` under [function] in gatewayq.toml says where it is"
    )]
    Metadata {
        /// The handler's folder.
        crate_dir: Utf8PathBuf,
        /// What cargo said.
        output: String,
    },
    /// The crate builds, but nothing that Lambda could start.
    #[error(
        "the crate in {crate_dir} has no binary called `bootstrap`, the name that Lambda starts\n  give it one: [[bin]] name = \"bootstrap\", path = \"src/main.rs\""
    )]
    NoBootstrap {
        /// The handler's folder.
        crate_dir: Utf8PathBuf,
    },
    /// cargo ended with an error.
    #[error("the handler in {crate_dir} does not compile for {target}:\n{output}")]
    Compile {
        /// The handler's folder.
        crate_dir: Utf8PathBuf,
        /// The Rust target.
        target: String,
        /// The compiler's errors, as it shows them; else the end of what cargo said.
        output: String,
    },
    /// The standard library for the target is not installed and cannot be.
    #[error(
        "the Rust target {target} is not installed: {why}\n  install it with `rustup target add {target}`, or name another with `target` under [function]"
    )]
    NoTarget {
        /// The Rust target.
        target: String,
        /// What stood in the way.
        why: String,
    },
    /// No C compiler for the target; the TLS library has a part in C.
    #[error(
        "no C compiler for {target} was found, and the handler's TLS library has a part in C\n  install {install}, or name one in the variable {variable}, or build with cargo-zigbuild: target = \"{zig}\" under [function]"
    )]
    NoCompiler {
        /// The Rust target.
        target: String,
        /// What to install.
        install: String,
        /// The variable that names a C compiler for this target.
        variable: String,
        /// The target for cargo-zigbuild.
        zig: String,
    },
    /// cargo-zigbuild is asked for by the target's name, and missing.
    #[error(
        "the target {target} names a glibc version, which needs cargo-zigbuild, and that is not on PATH\n  install it with `cargo install cargo-zigbuild` and zig beside it, or use a -musl target"
    )]
    NoZigbuild {
        /// The Rust target with its glibc version.
        target: String,
    },
    /// The file is not a program for Linux.
    #[error(
        "the bootstrap is {what}, not an ELF program; Lambda's provided.al2023 would not start it as gatewayq builds it\n  build it for {target}"
    )]
    NotElf {
        /// What it seems to be.
        what: String,
        /// A target that fits.
        target: &'static str,
    },
    /// The program is for another processor than the function.
    #[error(
        "the bootstrap is built for {found}, the function's architecture is {wanted}\n  set `architecture` under [function], or build for {target}"
    )]
    WrongMachine {
        /// The program's machine.
        found: String,
        /// The function's architecture.
        wanted: &'static str,
        /// A target that fits.
        target: &'static str,
    },
    /// An ELF file, but a library or an object file.
    #[error("the bootstrap is an ELF {what}, not a program\n  build a binary called `bootstrap`")]
    NotExecutable {
        /// What kind of ELF file.
        what: String,
    },
    /// The program asks for a glibc that `provided.al2023` does not have.
    #[error(
        "the bootstrap needs {version} of {library}, provided.al2023 has glibc 2.34: it would die at its start\n  set `target = \"{musl}\"` under [function], or build with cargo-zigbuild: target = \"{zig}\""
    )]
    NewGlibc {
        /// The symbol version.
        version: String,
        /// The library that has to have it.
        library: String,
        /// The musl target.
        musl: &'static str,
        /// The target for cargo-zigbuild.
        zig: String,
    },
    /// The program asks for a library that `provided.al2023` does not have.
    #[error(
        "the bootstrap needs the library {library}, which provided.al2023 does not have: it would die at its start\n  set `target = \"{musl}\"` under [function], or have the crate that needs it link it statically"
    )]
    Library {
        /// The library's file name.
        library: String,
        /// The musl target.
        musl: &'static str,
    },
    /// The developer's rustflags ask for more than Lambda's processors have.
    #[error(
        "the rustflags ask for the processor feature {feature}, which not every machine of Lambda has: the handler would die there\n  take `-C target-feature=+{feature}` out of RUSTFLAGS or cargo's configuration for {target}"
    )]
    Feature {
        /// The feature, without its sign.
        feature: String,
        /// The Rust target.
        target: String,
    },
    /// cargo's own configuration cannot be read.
    #[error("cargo's configuration for {crate_dir} cannot be read: {source}")]
    Configuration {
        /// The handler's folder.
        crate_dir: Utf8PathBuf,
        /// Which file, and what is wrong in it.
        source: cargo_config2::Error,
    },
    /// The program wants a loader that `provided.al2023` does not have.
    #[error(
        "the bootstrap is started by {loader}, which provided.al2023 does not have\n  link it statically: drop `-C target-feature=-crt-static` from the rustflags"
    )]
    Loader {
        /// The path of the loader.
        loader: String,
    },
    /// The ELF file is damaged.
    #[error("the bootstrap is a damaged ELF file: {0}\n  remove the target folder and build again")]
    Damaged(#[from] object::Error),
    /// More than Lambda takes (Lambda quotas: 50 MB zipped by direct upload, 250 MB unzipped).
    #[error(
        "the function is {bytes} bytes {state}, Lambda takes {limit}\n  build in release mode with `strip = true`, and drop what is not used"
    )]
    TooLarge {
        /// Bytes.
        bytes: u64,
        /// `zipped` or `unzipped`.
        state: &'static str,
        /// Bytes.
        limit: u64,
    },
    /// The zip could not be written in memory.
    #[error("cannot make the zip: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// Writing into the zip failed.
    #[error("cannot make the zip: {0}")]
    Io(#[from] std::io::Error),
}
