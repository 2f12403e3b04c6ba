"""Makes terraform.json beside this file from the bindings of CDK for Terraform: `python terraform.py FOLDER`.

FOLDER is where the wheel cdktf-cdktf-provider-aws was unpacked. Its signatures are generated from the schema of the
provider hashicorp/aws, which names every argument, its type, and whether it is required.
"""

import ast
import json
import pathlib
import re
import sys

# All that an export writes; a test fails where it writes another.
RESOURCES = """
    api_gateway_account api_gateway_api_key api_gateway_authorizer api_gateway_base_path_mapping api_gateway_deployment
    api_gateway_domain_name api_gateway_gateway_response api_gateway_integration api_gateway_method
    api_gateway_method_settings api_gateway_resource api_gateway_rest_api api_gateway_rest_api_policy api_gateway_stage
    api_gateway_usage_plan api_gateway_usage_plan_key cloudwatch_log_group cloudwatch_metric_alarm dynamodb_table iam_role
    iam_role_policy iam_role_policy_attachment lambda_alias lambda_function lambda_permission sqs_queue sqs_queue_policy
"""

# Of the bindings and of Terraform itself, and what is in every resource and no argument.
NOT_ARGUMENTS = """
    connection count depends_on for_each id id_ lifecycle provider provisioners scope self timeouts
"""

# What a type's name in the signature has in it, in the order in which it is asked for.
TYPES = [("Mapping", "map"), ("Sequence", "list"), ("Number", "number"), ("builtins.bool", "bool")]


def class_name(resource):
    return "".join(part.capitalize() for part in resource.split("_"))


def type_of(annotation, resource, classes):
    text = ast.unparse(annotation)
    blocks = [name for name in re.findall(r"\w+", text) if name in classes and name.startswith(class_name(resource))]
    if blocks:
        return {"block": arguments(classes[blocks[0]], resource, classes)}
    return {"type": next((name for part, name in TYPES if part in text), "string")}


def arguments(of, resource, classes):
    init = next(item for item in of.body if isinstance(item, ast.FunctionDef) and item.name == "__init__")
    found = {}
    for parameter, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True):
        if parameter.arg in NOT_ARGUMENTS.split():
            continue
        argument = type_of(parameter.annotation, resource, classes)
        if default is None:
            argument["required"] = True
        found[parameter.arg] = argument
    return found


def main():
    folder = pathlib.Path(sys.argv[1]) / "cdktf_cdktf_provider_aws"
    made, version = {}, None
    for resource in RESOURCES.split():
        text = (folder / resource / "__init__.py").read_text()
        version = re.search(r"hashicorp/aws/([\d.]+)/", text).group(1)
        classes = {item.name: item for item in ast.parse(text).body if isinstance(item, ast.ClassDef)}
        made[f"aws_{resource}"] = arguments(classes[class_name(resource)], resource, classes)
    document = {"provider": "hashicorp/aws", "version": version, "resources": made}
    target = pathlib.Path(__file__).with_name("terraform.json")
    target.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


main()
