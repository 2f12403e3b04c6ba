"""Corrects how ministack 1.5.33 keeps usage plans.

The limits that a plan has for single routes of a stage are patched by paths below the stage; ministack makes an object
of the list of stages then, and no client can read the plan any more. A key is on one plan of a stage at a time; ministack
takes it on several. What was used it does not tell at all, and the function not which key a request brought.
"""

import contextvars
import datetime

from ministack.services import apigateway_v1

LIMITS = {"rateLimit": float, "burstLimit": int}
# By plan and key: how many requests on which day. As with quotas, a restart forgets them.
used = {}
# Of the request that is being served, where its method wants a key.
key_id = contextvars.ContextVar("key_id", default=None)


def patch_throttle(plan, op):
    """The path is `/apiStages/API:STAGE/throttle/PATH/METHOD/LIMIT`; PATH has `~1` where the route has a slash."""
    stage, _, *route = op["path"].removeprefix("/apiStages/").split("/")
    limit = route.pop() if route[-1] in LIMITS else None
    key = "/".join(route).replace("~1", "/")
    for one in plan.get("apiStages") or []:
        if f"{one.get('apiId')}:{one.get('stage')}" != stage:
            continue
        limits = one.setdefault("throttle", {})
        if op.get("op") == "remove":
            limits.pop(key, None)
        elif limit:
            limits.setdefault(key, {})[limit] = LIMITS[limit](op["value"])


def stages(plan_id):
    plan = apigateway_v1._usage_plans.get(plan_id) or {}
    return {(one.get("apiId"), one.get("stage")) for one in plan.get("apiStages") or []}


def create_usage_plan_key(plan_id, data):
    key_id = data.get("keyId", "")
    for other, keys in list(apigateway_v1._usage_plan_keys.items()):
        shared = stages(plan_id) & stages(other)
        if key_id in keys and (shared or other == plan_id):
            named = ", ".join(f"{api}:{stage}" for api, stage in sorted(shared))
            message = (f"Usage Plan {plan_id} cannot be added because API Key cannot reference multiple Usage Plans "
                       f"with the same API stages: {named}")
            return apigateway_v1._v1_error("ConflictException", message, 409)
    return plain_create_usage_plan_key(plan_id, data)


def create_api_key(data):
    """No two keys of an account have one value."""
    value = data.get("value")
    if value and any(key.get("value") == value for key in apigateway_v1._api_keys.values()):
        return apigateway_v1._v1_error("ConflictException", "API Key already exists", 409)
    return plain_create_api_key(data)


def check_quota(key, api_id, stage_name):
    key_id.set(key and key["id"])
    error = plain_check_quota(key, api_id, stage_name)
    if key is not None and error is None:
        for plan_id, _, _ in apigateway_v1._usage_plans_for_key(key["id"], api_id, stage_name):
            days = used.setdefault((plan_id, key["id"]), {})
            days[today()] = days.get(today(), 0) + 1
    return error


def build_lambda_event(*args, **kwargs):
    event = plain_build_lambda_event(*args, **kwargs)
    event["requestContext"]["identity"]["apiKeyId"] = key_id.get()
    return event


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def get_usage(plan_id, query):
    plan = apigateway_v1._usage_plans.get(plan_id)
    if not plan:
        return apigateway_v1._v1_error("NotFoundException", "Invalid Usage Plan ID specified", 404)
    start, end = (datetime.date.fromisoformat(text(query, name)) for name in ("startDate", "endDate"))
    days = [start + datetime.timedelta(days=number) for number in range((end - start).days + 1)]
    limit = (plan.get("quota") or {}).get("limit")
    wanted = text(query, "keyId")
    keys = sorted(key for plan, key in used if plan == plan_id and wanted in ("", key))
    size, at = int(text(query, "limit") or 25), int(text(query, "position") or 0)
    values = {key: counted(used[plan_id, key], days, limit) for key in keys[at:at + size]}
    answer = {"usagePlanId": plan_id, "startDate": str(start), "endDate": str(end), "values": values}
    if at + size < len(keys):
        answer["position"] = str(at + size)
    return apigateway_v1._v1_response(answer)


def counted(by_day, days, limit):
    """A pair a day: what was used, and what then was left; as much as there can be where there is no quota."""
    pairs, left = [], 2**31 - 1 if limit is None else int(limit)
    for day in days:
        left = max(left - by_day.get(day, 0), 0)
        pairs.append([by_day.get(day, 0), left])
    return pairs


def text(query, name):
    value = query.get(name) or ""
    return value[0] if isinstance(value, list) else value


async def handle_request(method, path, headers, body, query):
    parts = path.strip("/").split("/")
    if method == "GET" and len(parts) == 3 and parts[0] == "usageplans" and parts[2] == "usage":
        return get_usage(parts[1], query)
    return await plain_handle_request(method, path, headers, body, query)


plain_create_usage_plan_key, plain_create_api_key = apigateway_v1._create_usage_plan_key, apigateway_v1._create_api_key
plain_check_quota, plain_handle_request = apigateway_v1._check_quota, apigateway_v1.handle_request
apigateway_v1._create_usage_plan_key, apigateway_v1._create_api_key = create_usage_plan_key, create_api_key
apigateway_v1._check_quota, apigateway_v1.handle_request = check_quota, handle_request
plain_build_lambda_event = apigateway_v1._build_lambda_event_v1
apigateway_v1._build_lambda_event_v1 = build_lambda_event
