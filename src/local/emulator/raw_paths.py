"""Corrects how ministack 1.5.33 hands a request's path over to a REST API's function.

API Gateway takes the path as the client wrote it: it is cut at the slashes that were sent as slashes, and the event's
`path` and `pathParameters` keep their percent-encoding. ministack decodes the whole first, so that `a%2Fb` falls
into two segments and the function cannot tell `%252F` from `%2F`. Authorisation has to see the same path as routing,
so the path is fixed where both begin.
"""

from ministack import app
from ministack.services import apigateway_v1

execute_decoded = app._handle_execute_api_request


def is_rest_api(host, path):
    parsed = app._parse_execute_api_url(host, path)
    return parsed is not None and apigateway_v1.find_api_scope(parsed[0]) is not None


async def execute_as_sent(host, path, *rest, raw_path=None, **more):
    sent = raw_path if raw_path is not None and is_rest_api(host, raw_path) else path
    return await execute_decoded(host, sent, *rest, raw_path=raw_path, **more)


app._handle_execute_api_request = execute_as_sent
