#!/usr/bin/env bash
# `version.sh vX.Y.Z` checks that Cargo.toml and CHANGELOG.md name the version of the tag, and prints
# the changelog's section of it.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1#v}
manifest=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
if [ "$version" != "$manifest" ]; then
  echo "the tag is $1, Cargo.toml has version $manifest" >&2
  exit 1
fi
section=$(awk -v head="^## \\[?${version//./\\.}\\]?( |$)" \
  '/^## /{on = $0 ~ head; next} on' CHANGELOG.md)
if [ -z "${section//[[:space:]]/}" ]; then
  echo "CHANGELOG.md has no section ## $version" >&2
  exit 1
fi
printf '%s\n' "$section"
