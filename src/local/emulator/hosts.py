"""Which names a request may be sent to.

A web page can have its own name rebound to 127.0.0.1 (DNS rebinding) and is then of one origin with this
server; only the Host header tells.
"""

import re

from ministack import app

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)

# What ministack answers by path alone before it looks at the host.
TAKEN_PATHS = re.compile(
    r"/(_ministack|_localstack|_aws|_alb|health|iceberg|v2|v20180820|oauth2|login|logout|Execute|BeginTransaction"
    r"|CommitTransaction|RollbackTransaction|BatchExecute|WriteGetObjectResponse)(/|$)|.*/\.well-known/")


USER_POOL_KEYS = re.compile(r"/[a-z0-9-]+_[0-9A-Za-z]+/\.well-known/jwks\.json")


def is_keys_of_user_pool(path):
    return USER_POOL_KEYS.fullmatch(path) is not None


def is_loopback(host):
    return LOOPBACK.fullmatch(host) is not None


def is_api(host, path):
    """Whether the host is an API's own: `ID.execute-api.localhost`, or a custom domain that was made here."""
    if TAKEN_PATHS.match(path):
        return False
    return app._EXECUTE_API_RE.match(host) is not None or app._resolve_custom_domain_request(host, path) is not None
