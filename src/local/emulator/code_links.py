"""GetFunction's link to the code, good for ten minutes and for who has it, as AWS's presigned one.

ministack serves the code to everybody who knows the function's name.
"""

import hashlib
import hmac
import time

from ministack.services import lambda_svc

PREFIX = "/_ministack/lambda-code/"
SECONDS = 600

key = b""


def install(secret):
    global key
    key = secret.encode()
    lambda_svc._presigned_code_url = url


def url(function):
    path = f"{PREFIX}{lambda_svc.get_account_id()}/{lambda_svc.get_region()}/{function}"
    until = str(int(time.time()) + SECONDS)
    port = lambda_svc.os.environ["GATEWAY_PORT"]
    return f"http://127.0.0.1:{port}{path}?Expires={until}&Signature={sign(path, until)}"


def sign(path, until):
    return hmac.new(key, f"code\n{path}\n{until}".encode(), hashlib.sha256).hexdigest()


def is_good(request):
    until = (request.query.get("Expires") or [""])[0]
    given = (request.query.get("Signature") or [""])[0]
    return (
        request.method == "GET"
        and request.path.startswith(PREFIX)
        and until.isdecimal()
        and int(until) > time.time()
        and hmac.compare_digest(sign(request.path, until).encode(), given.encode())
    )
