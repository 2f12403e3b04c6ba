"""Makes the pinned models beside this file from botocore's: `python make.py` in the tests' environment.

With `--check` it only says whether they are what it would make.

Kept is what a request or an answer can be checked by: the operations below with the shapes that they reach, their
errors, and the names of all operations of the service. Left out is AWS's documentation text. One line a shape, so that
a renewal can be read as a diff.
"""

import json
import pathlib
import re
import sys

import botocore
import botocore.loaders

# All that gatewayq and its handler call; a test fails where src/ calls another.
OPERATIONS = {
    "apigateway": """
        CreateApiKey CreateAuthorizer CreateBasePathMapping CreateDeployment CreateDomainName CreateResource CreateRestApi CreateStage CreateUsagePlan CreateUsagePlanKey
        DeleteApiKey DeleteAuthorizer DeleteBasePathMapping DeleteDeployment DeleteDomainName DeleteGatewayResponse DeleteIntegration DeleteMethod DeleteResource DeleteRestApi DeleteStage
        DeleteUsagePlan DeleteUsagePlanKey GetAccount GetApiKey GetApiKeys GetAuthorizers GetBasePathMappings GetDeployment GetDeployments GetDomainName GetGatewayResponses GetIntegration
        GetMethod GetResource GetResources GetRestApi GetRestApis GetStage GetStages GetTags GetUsage GetUsagePlan
        GetUsagePlanKey GetUsagePlanKeys GetUsagePlans PutGatewayResponse PutIntegration PutMethod PutRestApi TagResource UntagResource
        UpdateAccount UpdateApiKey UpdateAuthorizer UpdateBasePathMapping UpdateDeployment UpdateDomainName UpdateIntegration UpdateMethod UpdateResource UpdateRestApi
        UpdateStage UpdateUsagePlan
    """,
    "apigatewayv2": "GetApis",
    "dynamodb": """
        BatchGetItem CreateTable DeleteTable DescribeTable DescribeTimeToLive GetItem ListTagsOfResource TagResource UpdateItem UpdateTable
        UpdateTimeToLive
    """,
    "iam": """
        AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy GetRole
        GetRolePolicy ListAttachedRolePolicies ListRolePolicies PutRolePermissionsBoundary PutRolePolicy
        SimulatePrincipalPolicy TagRole UntagRole UpdateAssumeRolePolicy
    """,
    "lambda": """
        AddPermission CreateAlias CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction GetFunctionConcurrency GetFunctionConfiguration
        GetPolicy ListAliases ListTags ListVersionsByFunction PublishVersion PutFunctionConcurrency RemovePermission TagResource UntagResource
        UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration
    """,
    "logs": """
        CreateLogGroup DeleteLogGroup DescribeLogGroups FilterLogEvents ListTagsForResource PutRetentionPolicy
        TagResource UntagResource
    """,
    "monitoring": """
        DeleteAlarms DescribeAlarms GetMetricStatistics ListTagsForResource PutMetricAlarm TagResource UntagResource
    """,
    "sqs": """
        CancelMessageMoveTask ChangeMessageVisibilityBatch CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl
        ListMessageMoveTasks ListQueueTags PurgeQueue ReceiveMessage SendMessage SendMessageBatch SetQueueAttributes
        StartMessageMoveTask TagQueue UntagQueue
    """,
    "sts": "GetCallerIdentity AssumeRole",
}

# A service whose requests are signed with another name than botocore's.
NAMED_OTHERWISE = {"monitoring": "cloudwatch"}

SHAPE = ("type", "required", "enum", "min", "max", "pattern", "payload", "flattened", "sensitive", "timestampFormat")
MEMBER = ("shape", "location", "locationName", "flattened", "timestampFormat")


def kept(source, keys):
    return {key: source[key] for key in keys if key in source}


def reference(member):
    return kept(member, MEMBER)


def shape(source):
    made = kept(source, SHAPE)
    if source["type"] == "structure":
        made["members"] = {name: reference(member) for name, member in source["members"].items()}
    for part in ("member", "key", "value"):
        if part in source:
            made[part] = reference(source[part])
    if "pattern" in made:
        made["pattern"] = portable(made["pattern"])
    return made


def portable(pattern):
    """As the regex crate reads it: five hexadecimal digits in braces, and no look around (of names of buckets and aliases only)."""
    portable = re.sub(r"\\u(10[0-9A-F]{4}|10000)", r"\\u{\1}", pattern)
    return portable.replace(r"(?<!\.)", "").replace("(?!^[0-9]+$)", "")


def reached(shapes, names):
    """The names of all shapes that these lead to."""
    found, open_names = set(), list(names)
    while open_names:
        name = open_names.pop()
        if name in found:
            continue
        found.add(name)
        source = shapes[name]
        parts = list(source.get("members", {}).values()) + [source[p] for p in ("member", "key", "value") if p in source]
        open_names += [part["shape"] for part in parts]
    return sorted(found)


def operation(model, name):
    source = model["operations"][name]
    made = {"method": source["http"]["method"], "uri": source["http"]["requestUri"]}
    if "responseCode" in source["http"]:
        made["status"] = source["http"]["responseCode"]
    made |= {side: source[side]["shape"] for side in ("input", "output") if side in source}
    made |= {"wrapper": source["output"]["resultWrapper"]} if "resultWrapper" in source.get("output", {}) else {}
    made["errors"] = sorted(error["shape"] for error in source.get("errors", []))
    return made


def error(model, name):
    """A query service names an error in another way than its shape."""
    told = model["shapes"][name].get("error", {})
    return {"code": told.get("code", name), "status": told.get("httpStatusCode", 400)}


def service(name, wanted):
    loader = botocore.loaders.Loader()
    model = loader.load_service_model(NAMED_OTHERWISE.get(name, name), "service-2")
    operations = {op: operation(model, op) for op in wanted}
    roots = [op[side] for op in operations.values() for side in ("input", "output") if side in op]
    errors = sorted({error for op in operations.values() for error in op["errors"]})
    return {
        "source": f"botocore {botocore.__version__}",
        "metadata": kept(model["metadata"], ("apiVersion", "protocol", "targetPrefix", "jsonVersion")),
        "names": [" ".join(sorted(model["operations"]))],
        "operations": operations,
        "errors": {name: error(model, name) for name in errors},
        "shapes": {name: shape(model["shapes"][name]) for name in reached(model["shapes"], roots)},
    }


def written(model):
    """JSON with a line an operation, error and shape."""

    def compact(value):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    lines = []
    for part, value in model.items():
        if isinstance(value, dict) and part != "metadata":
            entries = ",\n".join(f"{compact(key)}:{compact(item)}" for key, item in sorted(value.items()))
            lines.append(f"{compact(part)}:{{\n{entries}\n}}")
        else:
            lines.append(f"{compact(part)}:{compact(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


for name, wanted in OPERATIONS.items():
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    made = written(service(name, wanted.split()))
    if "--check" not in sys.argv:
        path.write_text(made)
    elif path.read_text() != made:
        sys.exit(f"{path.name} is not what make.py makes of botocore {botocore.__version__}")
