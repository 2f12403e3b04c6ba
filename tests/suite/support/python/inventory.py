"""Everything of the kinds that the program makes, as it is in an account's region: names and details, sorted.

What changes without anybody's doing (message counts, stored bytes, last use) is left out, so that two inventories with
nothing done in between are equal.
"""

import json

from botocore.exceptions import ClientError

VOLATILE = ("ItemCount", "TableSizeBytes", "ApproximateNumberOf", "storedBytes", "RoleLastUsed", "PermissionsBoundaryUsageCount")


def take(clients):
    """`clients` gives the client of a service by its name."""
    return {
        **iam(clients("iam")),
        **sqs(clients("sqs")),
        **functions(clients("lambda")),
        **api_gateway(clients("apigateway")),
        **logs(clients("logs")),
        **alarms(clients("cloudwatch")),
        **tables(clients("dynamodb")),
    }


def alarms(client):
    """Without their states, which come and go."""
    found = pages(client, "describe_alarms", "MetricAlarms")
    kept = [{key: value for key, value in alarm.items() if not key.startswith("State")} for alarm in found]
    return {"alarms": by("AlarmName", kept)}


def tables(client):
    found = []
    for name in pages(client, "list_tables", "TableNames"):
        table = steady(client.describe_table(TableName=name)["Table"])
        table["ttl"] = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        table["tags"] = pages(client, "list_tags_of_resource", "Tags", ResourceArn=table["TableArn"])
        found.append(table)
    return {"tables": by("TableName", found)}


def pages(client, method, key, **params):
    if client.can_paginate(method):
        found = client.get_paginator(method).paginate(**params).build_full_result()
    else:
        found = getattr(client, method)(**params)
    return [steady(item) for item in found.get(key, [])]


def steady(value):
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if not key.startswith(VOLATILE)}
        return {key: steady(item) for key, item in kept.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [steady(item) for item in value]
    return value


def absent(call, *codes):
    """The answer of a call, or None where it says that there is no such thing."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return None
        raise


def by(key, items):
    """Items by name; where a name is there twice, the further ones carry a number, so that duplicates are seen."""
    named = {}
    for item in sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str)):
        name, count = item[key], 1
        while name in named:
            count += 1
            name = f"{item[key]} #{count}"
        named[name] = item
    return named


def iam(client):
    roles = {}
    for role in pages(client, "list_roles", "Roles"):
        name = role["RoleName"]
        seen = absent(lambda name=name: steady(client.get_role(RoleName=name)["Role"]), "NoSuchEntity")
        if seen is None:
            continue
        inline = pages(client, "list_role_policies", "PolicyNames", RoleName=name)
        seen["Inline"] = {
            policy: client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in inline
        }
        attached = pages(client, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
        seen["Attached"] = sorted(policy["PolicyArn"] for policy in attached)
        roles[name] = seen
    policies = by("PolicyName", pages(client, "list_policies", "Policies", Scope="Local"))
    return {"roles": roles, "policies": policies}


def sqs(client):
    queues = {}
    for url in client.list_queues(MaxResults=1000).get("QueueUrls", []):
        seen = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]).get("Attributes", {})
        tags = client.list_queue_tags(QueueUrl=url).get("Tags", {})
        queues[url.rsplit("/", 1)[-1]] = {"Url": url, "Attributes": steady(seen), "Tags": tags}
    return {"queues": queues}


def functions(client):
    found = {}
    for function in pages(client, "list_functions", "Functions"):
        name = function["FunctionName"]
        policy = absent(lambda name=name: client.get_policy(FunctionName=name), "ResourceNotFoundException")
        tags = client.list_tags(Resource=function["FunctionArn"]).get("Tags", {})
        function["Policy"] = json.loads(policy["Policy"]) if policy else None
        found[name] = {**function, "Tags": tags}
    return {"functions": found}


def rest_api(client, api):
    about = {"restApiId": api["id"]}
    resources = pages(client, "get_resources", "items", **about, embed=["methods"])
    authorizers = pages(client, "get_authorizers", "items", **about)
    answered = client.get_gateway_responses(**about).get("items", [])
    stages = client.get_stages(**about).get("item", [])
    return {
        **api,
        "resources": by("path", resources),
        "stages": by("stageName", [steady(stage) for stage in stages]),
        "authorizers": by("name", authorizers),
        "gateway_responses": by("responseType", [one for one in answered if not one["defaultResponse"]]),
        "deployments": by("id", pages(client, "get_deployments", "items", **about)),
    }


def api_gateway(client):
    apis = [rest_api(client, api) for api in pages(client, "get_rest_apis", "items")]
    domains = pages(client, "get_domain_names", "items")
    for domain in domains:
        mapped = pages(client, "get_base_path_mappings", "items", domainName=domain["domainName"])
        domain["mappings"] = by("basePath", mapped)
    plans = pages(client, "get_usage_plans", "items")
    for plan in plans:
        plan["keys"] = by("id", pages(client, "get_usage_plan_keys", "items", usagePlanId=plan["id"]))
    return {
        "rest_apis": by("name", apis),
        "api_keys": by("name", pages(client, "get_api_keys", "items", includeValues=False)),
        "usage_plans": by("name", plans),
        "domain_names": by("domainName", domains),
        # AWS shows a role that was taken away by leaving it out, ministack as an empty text.
        "account": {name: value for name, value in steady(client.get_account()).items() if value != ""},
    }


def logs(client):
    groups = pages(client, "describe_log_groups", "logGroups")
    for group in groups:
        group["tags"] = client.list_tags_log_group(logGroupName=group["logGroupName"]).get("tags", {})
    return {"log_groups": by("logGroupName", groups)}
