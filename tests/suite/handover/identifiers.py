"""Whether each resource in the file is named by the primary identifier of its type's schema."""

import json
import sys
from pathlib import Path

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

for resource in json.loads(Path(sys.argv[1]).read_text()):
    kind = resource["ResourceType"]
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-west-1", kind).schema
    wanted = {path.removeprefix("/properties/") for path in schema["primaryIdentifier"]}
    found = set(resource["ResourceIdentifier"])
    if wanted != found:
        sys.exit(f"{kind} is found by {sorted(wanted)}, not by {sorted(found)}")
    if "read" not in schema["handlers"]:
        sys.exit(f"{kind} cannot be imported")
