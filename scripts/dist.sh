#!/usr/bin/env bash
# Makes what a release consists of, in target/dist/release/:
#
#   scripts/dist.sh                  everything that this machine can make, and all of the checks
#   scripts/dist.sh handlers         the Lambda handlers, x86_64 and arm64, into target/dist/handlers/
#   scripts/dist.sh cli TARGET...    tarball and wheel for each Rust target, handlers on board
#   scripts/dist.sh sums             SHA256SUMS of what is there
#   scripts/dist.sh check            looks at what is there: members, sums, SBOMs, binaries (scripts/dist/check.py)
#
# Linux targets are built with zig (from PyPI), static against musl, on any Linux or macOS. A macOS
# target needs a Mac. TARGET `host` is a build for this machine alone, against its own libraries;
# with DIST_PROFILE=dev it is quick, and right for scripts/dist-check.sh.
#
# Environment: DIST_PROFILE (release), DIST_OUT (target/dist/release), SOURCE_DATE_EPOCH.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
work="$root/target/dist"
out="${DIST_OUT:-$work/release}"
profile="${DIST_PROFILE:-release}"
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
linux_targets=(x86_64-unknown-linux-musl aarch64-unknown-linux-musl)
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"

say() { printf '== %s\n' "$*" >&2; }

# The folder of the tools' programs; made once for a list of requirements.
tools() {
  local list=scripts/dist/requirements.txt folder
  folder="$root/target/dist-tools-$(cksum < "$list" | tr ' ' '-')"
  if [ ! -e "$folder/complete" ]; then
    say "installing zig, maturin and the rest into $folder, once"
    rm -rf "$folder"
    python3 -m venv "$folder" >&2
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
      --only-binary :all: -r "$list" >&2
    touch "$folder/complete"
  fi
  echo "$folder/bin"
}

# Paths of this machine are mapped away: the same source is the same binary. A panic ends the process without
# unwinding, so the tables for that, an eighth of a binary, are left out.
build_environment() {
  export CARGO_TARGET_DIR="$work/build"
  export RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$root=/workspace"
  RUSTFLAGS+=" -C force-unwind-tables=no"
}

handlers() {
  local target name
  mkdir -p "$work/handlers"
  for target in "${linux_targets[@]}"; do
    rustup target add "$target" 2> /dev/null
    say "the handler for $target"
    (
      build_environment
      PATH="$bin:$PATH" cargo zigbuild --release --locked --package lambda-handler --bin bootstrap \
        --target "$target"
    )
    name=$(architecture "$target")
    "$bin/python" scripts/dist/zip.py "$work/build/$target/release/bootstrap" "$work/handlers/$name.zip"
  done
}

# The processor as Lambda names it.
architecture() {
  case "$1" in
    x86_64-*) echo x86_64 ;;
    *) echo arm64 ;;
  esac
}

on_board() {
  export GATEWAYQ_HANDLER_X86_64="${GATEWAYQ_HANDLER_X86_64-$work/handlers/x86_64.zip}"
  export GATEWAYQ_HANDLER_ARM64="${GATEWAYQ_HANDLER_ARM64-$work/handlers/arm64.zip}"
  GATEWAYQ_COMMIT="${GATEWAYQ_COMMIT-$(git rev-parse HEAD)}"
  export GATEWAYQ_COMMIT
}

cli() {
  local target=$1 options=()
  mkdir -p "$out"
  case "$target" in
    host) ;;
    *-musl) options=(--target "$target" --zig) ;;
    *) options=(--target "$target") ;;
  esac
  [ "$target" = host ] || rustup target add "$target" 2> /dev/null
  say "gatewayq for $target"
  (
    on_board
    [ "$target" = host ] || build_environment
    # A command waits for AWS; what counts is its size.
    export CARGO_PROFILE_RELEASE_OPT_LEVEL=z
    rm -rf "$work/wheels/$target"
    PATH="$bin:$PATH" maturin build --quiet --locked --profile "$profile" \
      ${options[@]+"${options[@]}"} \
      --out "$work/wheels/$target"
  )
  tag_wheel "$target"
  cp "$work/wheels/$target"/*.whl "$out/"
  tarball "$target"
}

# A static binary starts with glibc and with musl: pip is told of both.
tag_wheel() {
  local processor=${1%%-*}
  case "$1" in
    *-musl)
      "$bin/wheel" tags --remove --platform-tag \
        "manylinux_2_17_$processor.manylinux2014_$processor.musllinux_1_1_$processor" \
        "$work/wheels/$1"/*.whl > /dev/null
      ;;
  esac
}

tarball() {
  local target=$1 name="gatewayq-$version-$1" folder
  folder="$work/tar/$name"
  rm -rf "$folder" && mkdir -p "$folder/completions" "$folder/man"
  "$bin/python" scripts/dist/wheel.py "$work/wheels/$target"/*.whl "$folder" "$out/$name.cdx.json"
  documents "$folder"
  cp LICENSE README.md CHANGELOG.md "$folder/"
  "$bin/python" scripts/dist/pack.py tar "$folder" "$out/$name.tar.gz"
}

# Completions and manual pages are the same everywhere. A binary that does not run here has them from a quick build for
# this machine.
documents() {
  local shell program="$1/gatewayq"
  if ! "$program" --version > /dev/null 2>&1; then
    program="$work/here/debug/gatewayq"
    [ -x "$program" ] || CARGO_TARGET_DIR="$work/here" cargo build --locked --bin gatewayq
  fi
  for shell in bash zsh fish powershell elvish; do
    "$program" completions "$shell" > "$1/completions/gatewayq.$shell"
  done
  "$program" man "$1/man" > /dev/null
}

sums() {
  say "made in $out:"
  "$bin/python" scripts/dist/pack.py sums "$out"
}

bin=$(tools)
case "${1:-all}" in
  handlers) handlers ;;
  cli)
    shift
    for target in "$@"; do cli "$target"; done
    ;;
  sums) sums ;;
  check) "$bin/python" scripts/dist/check.py "$out" ;;
  all)
    rm -rf "$out"
    handlers
    for target in "${linux_targets[@]}"; do cli "$target"; done
    sums
    "$bin/python" scripts/dist/check.py "$out"
    # What a newcomer does with the wheel; only Linux can run what was built here.
    [ "$(uname -s)" != Linux ] || scripts/dist-check.sh
    ;;
  *)
    sed -n '2,15s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
