"""Judges what is given to the AWS CLI by botocore's own models of the calls: `ecs.py FOLDER`.

Each JSON file has to be the input of its call; each `aws` line of README.md has to name a call, and flags of it."""

import json
import pathlib
import shlex
import sys

import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator

CALLS = {
    "task-definition.json": ("ecs", "RegisterTaskDefinition"),
    "service.json": ("ecs", "CreateService"),
    "scalable-target.json": ("application-autoscaling", "RegisterScalableTarget"),
    "scaling-policy.json": ("application-autoscaling", "PutScalingPolicy"),
}
# The CLI's own: not a call, and flags of every call.
OWN_COMMANDS = {("ecr", "get-login-password")}
OWN_FLAGS = {"cli-input-json", "force-new-deployment", "profile", "region"}

session = botocore.session.Session()
folder = pathlib.Path(sys.argv[1])
faults = []


def enums(value, shape, path):
    """The validator checks types and names, not the values that a text may have."""
    if shape.type_name == "structure":
        for name, inner in value.items():
            if name in shape.members:
                yield from enums(inner, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for inner in value:
            yield from enums(inner, shape.member, path)
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value} is none of {shape.enum}"


def line(words):
    service, command = words[1], words[2]
    if (service, command) in OWN_COMMANDS:
        return
    model = session.get_service_model(service)
    calls = {xform_name(name, "-"): name for name in model.operation_names}
    if command not in calls:
        faults.append(f"aws {service} {command} is not a call")
        return
    members = model.operation_model(calls[command]).input_shape.members
    known = {xform_name(name, "-") for name in members} | OWN_FLAGS
    flags = {word[2:] for word in words if word.startswith("--")}
    faults.extend(f"aws {service} {command} --{flag}" for flag in flags - known)


for name, (service, operation) in CALLS.items():
    if not (folder / name).exists():
        continue
    value = json.loads((folder / name).read_text())
    shape = session.get_service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        faults.append(f"{name}: {report.generate_report()}")
    faults.extend(f"{name}: {fault}" for fault in enums(value, shape, operation))
    print(operation)

for text in (folder / "README.md").read_text().splitlines():
    if text.startswith("$ aws "):
        line(shlex.split(text.split(" | ")[0])[1:])
        print("aws")

if faults:
    sys.exit("\n".join(faults))
