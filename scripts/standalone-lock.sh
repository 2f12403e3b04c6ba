#!/usr/bin/env bash
# Renews lambda-handler/standalone/Cargo.lock: what the workspace's lock has, less what the handler
# does not need. To be run after each change of a dependency; a test compares the two.
set -euo pipefail
cd "$(dirname "$0")/.."

crate=$(mktemp -d)
trap 'rm -rf "$crate"' EXIT
cp -r lambda-handler/standalone/. "$crate"
cp -r lambda-handler/src lambda-handler/tests "$crate"
cp -r lambda-handler/routes/src "$crate/routes"
cp Cargo.lock "$crate"
cargo update --quiet --workspace --manifest-path "$crate/Cargo.toml" "$@"
cp "$crate/Cargo.lock" lambda-handler/standalone/Cargo.lock
