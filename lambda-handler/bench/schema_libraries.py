#!/usr/bin/env python3
"""Measures what a library for JSON Schema adds to a zip: a program with it, less the same program without it, both
built as the function is and deflated as its zip is.

    python3 lambda-handler/bench/schema_libraries.py [--target TRIPLE]
"""
import argparse
import subprocess
import tempfile
import zlib
from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parent.parent.parent
READ = """fn main() {
    let texts: Vec<String> = std::env::args().collect();
    let [schema, body]: [serde_json::Value; 2] = [1, 2].map(|at: usize| serde_json::from_str(&texts[at]).unwrap());
    println!("{}", CHECK);
}"""
# The dependency, without features that can be left out, and what checks `body` by `schema`.
LIBRARIES = {
    "none": ("", "schema == body"),
    "regex-lite": ('regex-lite = "=0.1.9"', "regex_lite::Regex::new(&texts[1]).unwrap().is_match(&texts[2]) && schema == body"),
    "boon": ('boon = "=0.6.1"', '{ let (mut compiler, mut schemas) = (boon::Compiler::new(), boon::Schemas::new());'
             ' compiler.add_resource("s", schema).unwrap(); let id = compiler.compile("s", &mut schemas).unwrap();'
             ' schemas.validate(&body, id).map_err(|error| error.to_string()).err().unwrap_or_default() }'),
    "jsonschema": ('jsonschema = { version = "=0.33.0", default-features = false }',
                   "jsonschema::validator_for(&schema).unwrap().validate(&body)"
                   ".map_err(|error| error.to_string()).err().unwrap_or_default()"),
}


def deflated(folder: Path, library: str, target: str, profile: str) -> int:
    dependency, check = LIBRARIES[library]
    crate = folder / library
    (crate / "src").mkdir(parents=True)
    (crate / "src" / "main.rs").write_text(READ.replace("CHECK", check))
    (crate / "Cargo.toml").write_text(
        f'[package]\nname = "measured"\nedition = "2024"\n[workspace]\n[dependencies]\nserde_json = "1"\n{dependency}\n{profile}')
    subprocess.run(["cargo", "build", "--quiet", "--release", "--target", target, "--target-dir", folder / "target"],
                   cwd=crate, check=True)
    return len(zlib.compress((folder / "target" / target / "release" / "measured").read_bytes(), 9))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default="x86_64-unknown-linux-musl")
    target = parser.parse_args().target
    release = tomllib.loads((ROOT / "lambda-handler/standalone/Cargo.toml").read_text())["profile"]["release"]
    lines = [f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in release.items()]
    profile = "\n".join(["[profile.release]", *lines])
    with tempfile.TemporaryDirectory() as folder:
        sizes = {library: deflated(Path(folder), library, target, profile) for library in LIBRARIES}
    for library, size in sizes.items():
        print(f"{library:12} {(size - sizes['none']) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
