//! The handler's binary, built once for all tests, as deploy builds it.
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use camino::Utf8Path;
use gatewayq::bench as build;

/// `bootstrap` for this machine's architecture, statically linked against musl. The first call builds it (some
/// minutes when nothing is built yet); cargo itself lets others wait.
pub(crate) fn bootstrap() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(build)
}

fn build() -> PathBuf {
    let project = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let say = |line: &str| eprintln!("{line}");
    let built = build::bootstrap(project, Utf8Path::new("lambda-handler"), &target, &say);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(built).unwrap().into_std_path_buf()
}
