"""Corrects what a stage of ministack 1.5.33 serves.

To API Gateway a deployment is a snapshot of the API: what changes afterwards is served with the next one, and a stage that is
switched to an older deployment serves its resources and methods again. ministack serves the resources that there are now.
"""

import contextvars
import copy
import functools

from ministack.services import apigateway_v1

# The resources of the deployment that the request's stage serves, by their API; none while something else is done.
served = contextvars.ContextVar("served", default=None)


class Resources(type(apigateway_v1._resources)):
    """All resources of all APIs; to a request those that were deployed."""

    __slots__ = ()

    def get(self, api_id, default=None):
        deployed = served.get() or {}
        return deployed[api_id] if api_id in deployed else super().get(api_id, default)


def name(deployment_id):
    """Of a snapshot, among the deployed gateway responses: these are kept over a restart."""
    return f"{deployment_id} resources"


def create(api_id, data):
    before = set(apigateway_v1._deployments_v1.get(api_id, {}))
    answer = plain_create(api_id, data)
    for made in set(apigateway_v1._deployments_v1.get(api_id, {})) - before:
        resources = copy.deepcopy(apigateway_v1._resources.get(api_id, {}))
        apigateway_v1._deployed_gateway_responses[api_id][name(made)] = resources
    return answer


def delete(api_id, deployment_id):
    answer = plain_delete(api_id, deployment_id)
    if answer[0] < 300:
        apigateway_v1._deployed_gateway_responses.get(api_id, {}).pop(name(deployment_id), None)
    return answer


def snapshot(api_id, stage_name):
    """Of the API in the scope of the request; none of a stage that was deployed before there were snapshots."""
    stage = apigateway_v1._stages_v1.get(api_id, {}).get(stage_name) or {}
    kept = apigateway_v1._deployed_gateway_responses.get(api_id, {}).get(name(stage.get("deploymentId")))
    return None if kept is None else {api_id: kept}


@functools.wraps(apigateway_v1._execute_in_scope)
async def execute(request, api_id, stage_name, *rest, **named):
    token = served.set(snapshot(api_id, stage_name))
    try:
        return await plain_execute(request, api_id, stage_name, *rest, **named)
    finally:
        served.reset(token)


def authorization_type(api_id, stage_name, method, path):
    scope = apigateway_v1.find_api_scope(api_id)
    if scope is None:
        return None
    with apigateway_v1.request_scope(*scope):
        token = served.set(snapshot(api_id, stage_name))
    try:
        return plain_authorization_type(api_id, stage_name, method, path)
    finally:
        served.reset(token)


plain_create, plain_delete = apigateway_v1._create_deployment, apigateway_v1._delete_deployment
plain_execute = apigateway_v1._execute_in_scope
plain_authorization_type = apigateway_v1.method_authorization_type
apigateway_v1._resources.__class__ = Resources
apigateway_v1._create_deployment, apigateway_v1._delete_deployment = create, delete
apigateway_v1._execute_in_scope = execute
apigateway_v1.method_authorization_type = authorization_type
