"""boto3 for the tests: one JSON request a line on standard input, one JSON answer a line on standard output.

Request:  {"endpoint", "region", "access_key_id", "secret_access_key", "session_token"?, "service", "operation", "params"}
Answer:   {"ok": ...} or {"error": {"code", "message", "status"}}
Bytes are written {"__bytes__": base64} in requests, or {"__zip__": {name: text}} for an archive; in answers they are
text. An operation whose answers are paged is read to the end. The service "inventory" answers with everything that the
account holds in the region. The service "http" sends one request as it is told to: {"method", "url", "headers"?, "body"?,
"signed_for"?, "presigned"?}.
"""

import base64
import datetime
import functools
import io
import json
import sys
import zipfile
from http.client import HTTPConnection
from urllib.parse import urlsplit

import botocore.config
import botocore.exceptions
import botocore.session
import inventory
from botocore import xform_name
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SESSION = botocore.session.Session()
CONFIG = botocore.config.Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
    parameter_validation=True,
    max_pool_connections=4,
)


@functools.lru_cache(maxsize=64)
def client(service, endpoint, region, access_key_id, secret_access_key, session_token):
    return SESSION.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        config=CONFIG,
    )


def clients(request):
    """A function from a service's name to its client, with the caller's place and credentials."""
    keys = ("endpoint", "region", "access_key_id", "secret_access_key", "session_token")
    place = [request.get(key) for key in keys]
    return lambda service: client(service, *place)


def zipped(files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        for name, text in files.items():
            written.writestr(name, text)
    return archive.getvalue()


def decoded(value):
    if isinstance(value, dict):
        if set(value) == {"__bytes__"}:
            return base64.b64decode(value["__bytes__"])
        if set(value) == {"__zip__"}:
            return zipped(value["__zip__"])
        return {key: decoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decoded(item) for item in value]
    return value


def plain(value):
    """What JSON can hold: dates as ISO 8601, bytes and streams as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return value


def send(request):
    """One plain HTTP request, signed for a service or not at all."""
    params = request["params"]
    sent = AWSRequest(params["method"], params["url"], params.get("headers") or {}, params.get("body") or "")
    if params.get("signed_for"):
        keys = Credentials(request["access_key_id"], request["secret_access_key"], request.get("session_token"))
        signer = SigV4QueryAuth if params.get("presigned") else SigV4Auth
        signer(keys, params["signed_for"], request["region"]).add_auth(sent)
    sent = sent.prepare()
    url = urlsplit(sent.url)
    connection = HTTPConnection(url.hostname, url.port, timeout=60)
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    connection.request(sent.method, target, sent.body, dict(sent.headers.items()))
    answer = connection.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return {"status": answer.status, "headers": headers, "body": body, "url": sent.url,
            "sent": {name: value.decode() if isinstance(value, bytes) else value for name, value in sent.headers.items()}}


def call(request):
    if request["service"] == "http":
        return send(request)
    if request["service"] == "inventory":
        return inventory.take(clients(request))
    service = clients(request)(request["service"])
    method = xform_name(request["operation"])
    params = decoded(request.get("params") or {})
    if service.can_paginate(method):
        return service.get_paginator(method).paginate(**params).build_full_result()
    return getattr(service, method)(**params)


def answer(request):
    try:
        return {"ok": plain(call(request))}
    except botocore.exceptions.ClientError as error:
        told = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return {"error": {"code": told.get("Code", ""), "message": told.get("Message", ""), "status": status}}
    except Exception as error:  # a wrong parameter, a cut connection: the test decides what that means
        return {"error": {"code": type(error).__name__, "message": str(error), "status": 0}}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), sort_keys=True), flush=True)
