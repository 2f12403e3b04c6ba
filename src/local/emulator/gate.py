"""The gate in front of the emulator: nothing gets in without a signature but what AWS itself leaves open.

Data plane (a deployed API): each API's own rules, at a host of ours. Control plane (everything else): signed, not
from a web page, to a loopback host, and without a word to browsers that a page may read the answer. The public keys
of a user pool need no signature: whoever checks a token reads them.
"""

import json
from urllib.parse import parse_qs, quote

from ministack import app
from ministack.core.iam_evaluator import AuthError
from ministack.core.router import detect_service
from ministack.core.sigv4 import decode_header_value

from emulator import code_links, hosts, long_polls, requests, signature

HEALTH = "/_ministack/health"
# Reset, configuration, other people's messages: nothing that AWS has.
CLOSED = ("/_ministack/", "/_localstack/")


class Request:
    def __init__(self, scope):
        self.method = scope.get("method", "GET")
        self.path = scope["path"]
        self.raw_path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        self.query = parse_qs(scope.get("query_string", b"").decode("utf-8", "replace"), keep_blank_values=True)
        self.hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
        self.headers = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), decode_header_value(value)
            # As SigV4 signs a header that is sent on several lines.
            self.headers[key] = f"{self.headers[key]},{text}" if key in self.headers else text

    @property
    def host(self):
        return self.hosts[0] if len(self.hosts) == 1 else ""


class Gate:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return await self.inner(scope, receive, send)
        request = Request(scope)
        loopback = hosts.is_loopback(request.host)
        if hosts.is_api(request.host, request.path) or (
                loopback and app._parse_execute_api_url(request.host, request.path)):
            return await requests.told(self.inner, scope, receive, send, request)
        if scope["type"] != "http":
            return await close(receive, send)
        if not loopback:
            return await refuse(send, "the local AWS answers to 127.0.0.1 and localhost alone")
        if "origin" in request.headers:
            return await refuse(send, "the local AWS does not answer web pages (Origin header)")
        if request.method == "GET" and hosts.is_keys_of_user_pool(request.path):
            return await self.inner(scope, receive, without_cors(send))
        if request.path.startswith(CLOSED):
            if (request.path == HEALTH and request.method in ("GET", "HEAD")) or code_links.is_good(request):
                return await self.inner(scope, receive, without_cors(send))
            return await refuse(send, "the emulator's own interface is closed")
        await self.control_plane(scope, request, receive, send)

    async def control_plane(self, scope, request, receive, send):
        signed = signature.parse(request)
        if isinstance(signed, AuthError):
            return await deny(send, request, signed)
        body = await read(receive)
        if body is None:
            return None
        failure = signature.failure(request, signed, body)
        if failure:
            return await deny(send, request, failure)
        if long_polls.is_receive(request, body):
            work = self.inner(scope, replay(body, long_polls.never), without_cors(send))
            return await long_polls.while_connected(work, receive)
        return await self.inner(scope, replay(body, receive), without_cors(send))


async def read(receive):
    """The whole body; `None` where the client has gone."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


def replay(body, receive):
    first = [{"type": "http.request", "body": body, "more_body": False}]

    async def again():
        return first.pop() if first else await receive()

    return again


def without_cors(send):
    async def filtered(message):
        if "headers" in message:
            kept = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": kept}
        await send(message)

    return filtered


async def deny(send, request, error):
    """A refusal in the form of the service that was meant."""
    service = detect_service(request.method, request.path, request.headers, request.query)
    answer = app._credential_failure(service, "", "local", error, request.headers)
    await app._send_response(app._with_date_header(send), *answer)


async def refuse(send, why):
    body = json.dumps({"__type": "AccessDeniedException", "message": why}).encode()
    await app._send_response(app._with_date_header(send), 403, {"Content-Type": "application/json"}, body)


async def close(receive, send):
    await receive()
    await send({"type": "websocket.close", "code": 1008})
