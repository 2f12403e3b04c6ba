"""Packs a handler as build.rs takes it: `zip.py BINARY ZIP`. The same binary is the same zip."""

import pathlib
import sys
import zipfile

binary, target = map(pathlib.Path, sys.argv[1:])
entry = zipfile.ZipInfo("bootstrap")  # 1980-01-01
entry.external_attr = 0o755 << 16
with zipfile.ZipFile(target, "w") as archive:
    archive.writestr(entry, binary.read_bytes(), zipfile.ZIP_DEFLATED, 9)
print(f"{target}: {target.stat().st_size} bytes of {binary.stat().st_size}", file=sys.stderr)
