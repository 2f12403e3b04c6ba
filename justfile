# What is run here while working, and by CI (`just ci`, see .ci/run). `just` alone lists it.
# Without just on the PATH: `$(scripts/tools)/just RECIPE`.

set shell := ["bash", "-euo", "pipefail", "-c"]

_list:
    @{{just_executable()}} --list --unsorted

# Format the Rust sources
fmt:
    cargo fmt --all

# Clippy, formatting and ruff: nothing is changed
lint:
    cargo fmt --all --check
    PATH="$(scripts/tools):$PATH" ruff check --quiet
    cargo clippy --workspace --all-targets --locked -- -D warnings

# The unit tests alone: no network, no Python, no cargo; seconds
test-fast *args:
    scripts/test-fast {{args}}

# All tests, on real servers; a part alone: `just test --test suite drift`. They wait for servers and workers half of the
# time, so there are two for each core.
test *args:
    RUST_TEST_THREADS="${RUST_TEST_THREADS:-$((2 * $(getconf _NPROCESSORS_ONLN)))}" cargo test --locked {{args}}

# The API documentation with warnings denied; links of the Markdown files are a test of the suite
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

# Licences, sources and banned crates of all dependencies (deny.toml)
deny:
    PATH="$(scripts/tools):$PATH" cargo deny --locked check --hide-inclusion-graph bans licenses sources

# The handler's size and speed beside a Chalice function, some minutes
bench *args:
    python3 lambda-handler/bench/bench.py {{args}}

# gatewayq beside Chalice, SAM and osls, by its routes, in a full account and under faults, into docs/benchmarks.md: a
# release build, then half an hour on a machine that does nothing else. npm and node are needed
bench-deploys rounds="5":
    cargo build --release --locked
    GATEWAYQ_FIGURES={{rounds}} GATEWAYQ_PROGRAM="${CARGO_TARGET_DIR:-$PWD/target}/release/gatewayq" \
        cargo test --locked --test suite figures::the_document -- --nocapture

# A quick round of the same with its counts asserted, as in `just test`
bench-smoke:
    cargo test --locked --test suite figures:: -- --nocapture

# What is generated in README.md and docs/, and the snapshots, made anew; read the diff
renew:
    UPDATE_DOCS=1 cargo test --lib --locked --quiet
    python3 docs/cost.py
    INSTA_UPDATE=always cargo test --test suite --locked --quiet

# What a release consists of, in target/dist/release: static binaries, wheels, tarballs, sums (RELEASE.md); then `dist-check`
dist *args:
    scripts/dist.sh {{args}}

# From pip install of that wheel to a finished task, without Rust, each step with its time
dist-check *args:
    scripts/dist-check.sh {{args}}

# All that has to pass before a change lands, what is quick first
ci: deny lint docs test-fast test
