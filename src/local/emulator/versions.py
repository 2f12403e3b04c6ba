"""Corrects how ministack 1.5.33 keeps a function's versions and aliases.

The weights of an alias have no effect there, a version may be published of code that is another by now, an alias may name a
version that nobody published, and the function's own resource policy shows the statements of its aliases, too.
"""

import contextvars
import functools
import json
import random

from ministack.core.responses import error_response_json, json_response
from ministack.services import lambda_svc

# Whether the record that is looked for is to be run, and not to be shown.
running = contextvars.ContextVar("running", default=False)


def record_to_run(*args, **kwargs):
    token = running.set(True)
    try:
        return plain_record_to_run(*args, **kwargs)
    finally:
        running.reset(token)


def record(func, qualifier):
    alias = (func or {}).get("aliases", {}).get(qualifier)
    if alias and running.get():
        draw = random.random()
        for version, share in weights(alias).items():
            if draw < share:
                return plain_record(func, version)
            draw -= share
    return plain_record(func, qualifier)


def weights(alias):
    return (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}


def publish_version(name, data):
    function = lambda_svc._functions.get(name)
    wanted = data.get("CodeSha256")
    if function and wanted and wanted != function["config"].get("CodeSha256"):
        now = function["config"].get("CodeSha256")
        message = (f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({now}). Please try again with "
                   "the CodeSHA256 in $LATEST.")
        return error_response_json("PreconditionFailedException", message, 412)
    return plain_publish_version(name, data)


def checked(operation):
    """An alias names versions that there are; one besides the main one, of which it takes a part."""

    @functools.wraps(operation)
    def check(name, *rest):
        data = rest[-1]
        function = lambda_svc._functions.get(name)
        if function:
            beside = weights(data)
            for version in [data.get("FunctionVersion"), *beside]:
                if version and version != "$LATEST" and version not in function["versions"]:
                    message = f"Function not found: {lambda_svc._func_arn(name)}:{version}"
                    return error_response_json("ResourceNotFoundException", message, 404)
            if len(beside) > 1 or "$LATEST" in beside or not all(0 <= share <= 1 for share in beside.values()):
                message = "Number of items in AdditionalVersionWeights cannot be greater than 1, nor a weight than 1"
                return error_response_json("InvalidParameterValueException", message, 400)
            if data.get("FunctionVersion") in beside:
                message = f"Invalid function version {data['FunctionVersion']}. It is already included in routing configuration."
                return error_response_json("InvalidParameterValueException", message, 400)
        return operation(name, *rest)

    return check


def get_policy(name, query=None, path_qualifier=None):
    answer = plain_get_policy(name, query, path_qualifier)
    if answer[0] != 200 or lambda_svc._qualifier_from_path_or_query(path_qualifier, query):
        return answer
    body = json.loads(answer[2])
    policy, own = json.loads(body["Policy"]), lambda_svc._func_arn(name)
    policy["Statement"] = [one for one in policy["Statement"] if one.get("Resource") == own]
    if not policy["Statement"]:
        message = "No policy is associated with the given resource."
        return error_response_json("ResourceNotFoundException", message, 404)
    return json_response({**body, "Policy": json.dumps(policy)})


plain_record_to_run = lambda_svc._get_func_record_for_ref_in_scope
plain_record = lambda_svc._effective_func_record_for_qualifier
plain_publish_version = lambda_svc._publish_version
plain_get_policy = lambda_svc._get_policy
lambda_svc._get_func_record_for_ref_in_scope = record_to_run
lambda_svc._effective_func_record_for_qualifier = record
lambda_svc._publish_version = publish_version
lambda_svc._create_alias = checked(lambda_svc._create_alias)
lambda_svc._update_alias = checked(lambda_svc._update_alias)
lambda_svc._get_policy = get_policy
