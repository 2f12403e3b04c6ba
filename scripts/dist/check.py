"""Looks at what a release consists of: `check.py FOLDER`. Prints what it found, and fails with what is wrong.

Sums, the tarballs' members, the Linux binaries (for their processor, linked with nothing), the SBOMs by CycloneDX's
own schema, and each wheel's binary, which has to be its tarball's. What this machine can run is run.
"""

import hashlib
import json
import pathlib
import platform
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

SHELLS = ["bash", "zsh", "fish", "powershell", "elvish"]
# ELF's number of the processor.
MACHINES = {"x86_64": 62, "aarch64": 183}
SHT_SYMTAB = 2
PT_INTERP = 3
ARCHITECTURES = {"x86_64", "arm64"}

faults = []


def holds(condition: object, fault: str) -> None:
    if not condition:
        faults.append(fault)


def sums(folder: pathlib.Path) -> None:
    listed = {}
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        listed[name] = digest
    there = {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    holds(listed.keys() == there, f"SHA256SUMS differs from the folder in {listed.keys() ^ there}")
    for name in listed.keys() & there:
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        holds(digest == listed[name], f"{name} has another sum")


def static(name: str, binary: bytes) -> None:
    """A 64-bit ELF program of the target's processor that asks for no loader, and has no symbols."""
    if not binary.startswith(b"\x7fELF\x02\x01"):
        faults.append(f"{name}: not an ELF program")
        return
    machine = struct.unpack_from("<H", binary, 18)[0]
    holds(machine == MACHINES[name.split("-", 2)[2].split("-")[0]], f"{name}: ELF machine {machine}")
    start = struct.unpack_from("<Q", binary, 32)[0]
    size, count = struct.unpack_from("<HH", binary, 54)
    kinds = [struct.unpack_from("<I", binary, start + at * size)[0] for at in range(count)]
    holds(PT_INTERP not in kinds, f"{name}: linked dynamically")
    start = struct.unpack_from("<Q", binary, 40)[0]
    size, count = struct.unpack_from("<HH", binary, 58)
    kinds = [struct.unpack_from("<I", binary, start + at * size + 4)[0] for at in range(count)]
    holds(SHT_SYMTAB not in kinds, f"{name}: not stripped")


def members(name: str, files: dict[str, bytes]) -> None:
    pages = [path for path in files if path.startswith("man/")]
    wanted = ["LICENSE", "README.md", "CHANGELOG.md", "gatewayq"]
    wanted += ["man/gatewayq.1", "man/gatewayq-deploy.1", "man/gatewayq-worker-run.1"]
    for path in wanted + [f"completions/gatewayq.{shell}" for shell in SHELLS]:
        holds(files.get(path), f"{name}: no {path}")
    for path in pages:
        holds(b".TH gatewayq" in files[path], f"{name}: {path} is not a manual page")
    for shell in SHELLS:
        script = files.get(f"completions/gatewayq.{shell}", b"")
        holds(b"_GATEWAYQ_COMPLETE" in script, f"{name}: completions of {shell}")


def runs(name: str, version: str, binary: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "gatewayq"
        program.write_bytes(binary)
        program.chmod(0o755)

        def answer(*arguments: str) -> str:
            command = [str(program), *arguments]
            return subprocess.run(command, env={}, check=True, stdout=subprocess.PIPE, text=True).stdout

        holds(answer("--version") == f"gatewayq {version}\n", f"{name}: another version")
        told = json.loads(answer("version", "--json"))
        handlers = {handler["architecture"]: handler for handler in told["handlers"]}
        holds(handlers.keys() == ARCHITECTURES, f"{name}: handlers {sorted(handlers)}")
        holds(all(len(one["sha256"]) == 64 for one in handlers.values()), f"{name}: {told}")
        holds(len(told["commit"] or "") == 40, f"{name}: commit {told['commit']}")
        for one in handlers.values():
            print(f"  handler for {one['architecture']}: {one['bytes']} bytes, sha256 {one['sha256']}")


def bill(path: pathlib.Path, version: str) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = path.read_text()
    document = json.loads(text)
    schema = SchemaVersion.from_version(document["specVersion"])
    error = JsonStrictValidator(schema).validate_str(text)
    holds(error is None, f"{path.name}: {error}")
    own = document["metadata"]["component"]
    holds((own["name"], own["version"]) == ("gatewayq", version), f"{path.name}: {own}")
    names = {component["name"] for component in document["components"]}
    holds({"aws-sdk-sqs", "rustls", "tokio"} <= names, f"{path.name}: crates are missing")
    print(f"  SBOM: CycloneDX {document['specVersion']}, {len(names)} crates")


def check(tarball: pathlib.Path, wheels: list[bytes]) -> None:
    name = tarball.name.removesuffix(".tar.gz")
    print(f"{tarball.name}: {tarball.stat().st_size} bytes")
    with tarfile.open(tarball) as archive:
        entries = [entry for entry in archive.getmembers() if entry.isfile()]
        outside = [entry.name for entry in entries if not entry.name.startswith(f"{name}/")]
        holds(not outside, f"{name}: {outside}")
        files = {entry.name.removeprefix(f"{name}/"): archive.extractfile(entry).read() for entry in entries}
        modes = {entry.name.removeprefix(f"{name}/"): entry.mode for entry in entries}
    members(name, files)
    binary = files.get("gatewayq", b"")
    print(f"  gatewayq: {len(binary)} bytes")
    holds(modes.get("gatewayq") == 0o755, f"{name}: gatewayq cannot be run")
    holds(binary in wheels, f"{name}: no wheel has this binary")
    _, version, target = name.split("-", 2)
    if target.endswith("-linux-musl"):
        static(name, binary)
    processor, system = target.split("-")[0], "darwin" if "darwin" in target else "linux"
    here = platform.machine().replace("arm64", "aarch64")
    if (processor, system) == (here, sys.platform):
        runs(name, version, binary)
    bill(tarball.with_name(f"{name}.cdx.json"), version)


def wheel(path: pathlib.Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        [program] = [name for name in archive.namelist() if name.endswith(".data/scripts/gatewayq")]
        print(f"{path.name}: {path.stat().st_size} bytes")
        return archive.read(program)


folder = pathlib.Path(sys.argv[1])
sums(folder)
binaries = [wheel(path) for path in sorted(folder.glob("*.whl"))]
tarballs = sorted(folder.glob("*.tar.gz"))
holds(tarballs, "no tarball")
for tarball in tarballs:
    check(tarball, binaries)
if faults:
    sys.exit("\n".join(faults))
