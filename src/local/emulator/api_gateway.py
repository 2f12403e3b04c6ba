"""Corrects how ministack 1.5.33 carries out API Gateway's patch and tag operations.

Patch values are always text on the wire. API Gateway turns them into what the field is (API Gateway API
reference, "Patch operations"), and `/apiStages`, `/endpointConfiguration/types`, `/providerARNs` and
`/authorizationScopes` are lists whose items are added, removed and replaced. ministack keeps the text and overwrites
the lists: afterwards no client can read the usage plan, key, method or authorizer any more. Tags that are set later it keeps apart from the things themselves, where
no list shows them. DeleteResource takes what is below the resource, too; ministack leaves it, and a later
resource of that path gets two.
"""

from ministack.services import apigateway_v1

from emulator import usage_plans

FLAGS = {"/enabled", "/apiKeyRequired", "/tracingEnabled", "/cacheClusterEnabled", "/disableExecuteApiEndpoint"}
WHOLE = {"/throttle/burstLimit", "/quota/limit", "/quota/offset", "/authorizerResultTtlInSeconds"}
TEXTS = {"/providerARNs", "/authorizationScopes"}
FRACTIONS = {"/throttle/rateLimit"}
TYPES = "/endpointConfiguration/types/"

plain = apigateway_v1._apply_patch


def typed(path, value):
    if path in FLAGS:
        return str(value).lower() == "true"
    if path in WHOLE:
        return int(value)
    if path in FRACTIONS:
        return float(value)
    return value


def patch_api_stages(plan, op):
    """The value is `api id:stage name`."""
    api, _, stage = op.get("value", "").partition(":")
    stages = plan.get("apiStages")
    stages = stages if isinstance(stages, list) else []
    kept = [one for one in stages if (one.get("apiId"), one.get("stage")) != (api, stage)]
    added = [{"apiId": api, "stage": stage}] if op.get("op") == "add" else []
    plan["apiStages"] = kept + added


def patch_texts(thing, op):
    """One text of a list."""
    name, text = op["path"].lstrip("/"), op.get("value")
    kept = [one for one in thing.get(name) or [] if one != text]
    thing[name] = kept + ([text] if op.get("op") == "add" else [])


def patch_types(api, op):
    """The path ends in the type that goes, the value is the one that comes."""
    old = op["path"].removeprefix(TYPES)
    endpoint = api.setdefault("endpointConfiguration", {})
    types = endpoint.get("types") or []
    endpoint["types"] = [op.get("value") if one == old else one for one in types] or [op.get("value")]


def apply_patch(target, operations):
    for op in operations:
        path = op.get("path", "")
        if path == "/apiStages":
            patch_api_stages(target, op)
        elif path in TEXTS:
            patch_texts(target, op)
        elif path.startswith("/apiStages/"):
            usage_plans.patch_throttle(target, op)
        elif path.startswith(TYPES):
            patch_types(target, op)
        elif "value" in op:
            plain(target, [{**op, "value": typed(path, op["value"])}])
        else:
            plain(target, [op])
    return target


apigateway_v1._apply_patch = apply_patch


def tagged(arn):
    """The thing that an ARN like `arn:aws:apigateway:region::/restapis/id/stages/name` names."""
    path = arn.split("::", 1)[-1].strip("/").split("/")
    kinds = {
        "restapis": apigateway_v1._rest_apis,
        "apikeys": apigateway_v1._api_keys,
        "usageplans": apigateway_v1._usage_plans,
    }
    if len(path) == 4 and path[2] == "stages":
        return apigateway_v1._stages_v1.get(path[1], {}).get(path[3])
    return kinds[path[0]].get(path[1]) if len(path) == 2 and path[0] in kinds else None


def tag(arn, data):
    thing = tagged(arn)
    if thing is None:
        return plain_tag(arn, data)
    thing.setdefault("tags", {}).update(data.get("tags", {}))
    return 204, {}, b""


def untag(arn, keys):
    thing = tagged(arn)
    if thing is None:
        return plain_untag(arn, keys)
    for key in keys:
        thing.get("tags", {}).pop(key, None)
    return 204, {}, b""


plain_tag, plain_untag = apigateway_v1._tag_v1_resource, apigateway_v1._untag_v1_resource
apigateway_v1._tag_v1_resource, apigateway_v1._untag_v1_resource = tag, untag


def delete_resource(api_id, resource_id):
    resources = apigateway_v1._resources.get(api_id, {})
    for child in [one["id"] for one in resources.values() if one.get("parentId") == resource_id]:
        delete_resource(api_id, child)
    return plain_delete_resource(api_id, resource_id)


def delete_api_key(key_id):
    """A key that is gone is on no usage plan either."""
    for keys in apigateway_v1._usage_plan_keys.values():
        keys.pop(key_id, None)
    return plain_delete_api_key(key_id)


plain_delete_resource, plain_delete_api_key = apigateway_v1._delete_resource, apigateway_v1._delete_api_key
apigateway_v1._delete_resource, apigateway_v1._delete_api_key = delete_resource, delete_api_key
