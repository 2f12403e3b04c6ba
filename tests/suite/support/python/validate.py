"""Judges TOML files by a JSON Schema: {"schema": ..., "files": [...]} on stdin, a list on stdout that has,
for each file, the first thing that is wrong with it, or null."""

import json
import sys

from jsonschema import Draft7Validator

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib


def first_error(validator: Draft7Validator, text: str) -> str | None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return f"not TOML: {error}"
    return next((error.message[:200] for error in validator.iter_errors(document)), None)


asked = json.load(sys.stdin)
Draft7Validator.check_schema(asked["schema"])
judge = Draft7Validator(asked["schema"])
print(json.dumps([first_error(judge, text) for text in asked["files"]]))
