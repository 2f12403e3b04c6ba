"""Packs a folder, and names what is in another: the same on Linux and macOS, whose tars differ.

`pack.py tar FOLDER TARBALL` makes the same bytes of the same files, SOURCE_DATE_EPOCH given.
`pack.py sums FOLDER` writes SHA256SUMS as `sha256sum -c` reads it.
"""

import gzip
import hashlib
import os
import pathlib
import sys
import tarfile

WHEN = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))


def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = WHEN
    program = member.isdir() or member.mode & 0o100
    member.mode = 0o755 if program else 0o644
    return member


def tar(folder: pathlib.Path, target: pathlib.Path) -> None:
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        # Members come in the order of their names.
        archive.add(folder, folder.name, filter=plain)


def sums(folder: pathlib.Path) -> None:
    files = sorted(path for path in folder.iterdir() if path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines))
    sys.stdout.writelines(lines)


match sys.argv[1:]:
    case ["tar", folder, target]:
        tar(pathlib.Path(folder), pathlib.Path(target))
    case ["sums", folder]:
        sums(pathlib.Path(folder))
    case _:
        sys.exit(__doc__)
