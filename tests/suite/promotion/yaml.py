"""The YAML file that is named, as JSON."""

import json
import sys
from pathlib import Path

from ruamel.yaml import YAML

json.dump(YAML(typ="safe").load(Path(sys.argv[1])), sys.stdout)
