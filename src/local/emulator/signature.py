"""Signature Version 4, in the Authorization header or in the query (presigned)."""

import hashlib
import re

from ministack.core import iam_evaluator, sigv4
from ministack.core.iam_evaluator import AuthError
from ministack.core.responses import _account_from_sts_session

ALGORITHM = "AWS4-HMAC-SHA256"
MISSING = AuthError("MissingAuthenticationToken", "Request is missing Authentication Token")
LONGEST_PRESIGN = 7 * 24 * 3600


def parse(request):
    """The signature of a request, an `AuthError` where there is none that could be checked."""
    if request.headers.get("authorization", "").startswith(f"{ALGORITHM} "):
        found = sigv4.parse_header_signature(request.headers)
    elif "authorization" not in request.headers and request.query.get("X-Amz-Algorithm") == [ALGORITHM]:
        found = sigv4.parse_query_signature(request.query)
    else:
        return MISSING
    if isinstance(found, tuple):
        return AuthError(*found)
    if "host" not in found.signed_headers.split(";"):
        return AuthError("SignatureDoesNotMatch", "'Host' must be a 'SignedHeader' in the AWS Authorization.")
    return found


def failure(request, signature, body):
    """Why the signature does not hold, or `None`. The key may be root's, a user's or a role's."""
    presigned = "authorization" not in request.headers
    late = expired(request.query, signature) if presigned else sigv4.request_time_failure(signature)
    if late:
        return AuthError(*late)
    credential = resolve(request, signature.access_key_id, presigned)
    if not isinstance(credential, iam_evaluator.ResolvedCredential):
        return AuthError(credential.code, credential.message)
    if not covers(request.headers, body, signature):
        return AuthError("SignatureDoesNotMatch", "The body is not the one that was signed.")
    wrong = sigv4.header_signature_failure(
        signature, credential.secret_access_key, request.method, request.raw_path, request.query,
        request.headers, body, presigned=presigned)
    return AuthError(*wrong) if wrong else None


def resolve(request, key, presigned):
    token = (request.query.get("X-Amz-Security-Token") or [""])[0]
    if not presigned:
        token = request.headers.get("x-amz-security-token", "")
    try:
        owner = iam_evaluator.find_iam_access_key_account(key)
    except iam_evaluator.AmbiguousAccessKeyError:
        return iam_evaluator._unknown_access_key()
    root = key if re.fullmatch("[0-9]{12}", key) else None
    return iam_evaluator.resolve_credential(key, owner or _account_from_sts_session(key) or root, token)


def expired(query, signature):
    try:
        seconds = int(query["X-Amz-Expires"][0])
        over = sigv4.presigned_request_is_expired(signature.amz_date, seconds)
    except (KeyError, ValueError):
        return "AuthorizationQueryParametersError", "X-Amz-Expires should be a number of seconds"
    if over or not 0 < seconds <= LONGEST_PRESIGN:
        return "RequestExpired", "Request has expired"
    return None


def covers(headers, body, signature):
    """Whether the hash that was signed is the body's. S3 alone may leave the body out."""
    signed = headers.get("x-amz-content-sha256", "")
    if signature.service == "s3" and not re.fullmatch("[0-9a-f]{64}", signed):
        return True
    return not signed or signed == hashlib.sha256(body).hexdigest()
