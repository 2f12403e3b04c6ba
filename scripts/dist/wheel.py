"""Takes the binary and the SBOM out of a wheel: `wheel.py WHEEL FOLDER SBOM`.

The tarball then has the very bytes that pip installs. maturin writes the SBOM (CycloneDX) into the
wheel as PEP 770 says; it names each crate that is linked in, with version and licence.
"""

import pathlib
import sys
import zipfile

wheel, folder, sbom = map(pathlib.Path, sys.argv[1:])
with zipfile.ZipFile(wheel) as archive:
    names = archive.namelist()
    [program] = [name for name in names if name.endswith(".data/scripts/gatewayq")]
    [bill] = [name for name in names if ".dist-info/sboms/" in name and name.endswith(".json")]
    binary = folder / "gatewayq"
    binary.write_bytes(archive.read(program))
    binary.chmod(0o755)
    sbom.write_bytes(archive.read(bill))
