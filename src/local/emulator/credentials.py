"""Root keys and functions' keys, each with a secret that has to be known.

ministack takes any signature by a root key (12 digits, or `test`), and derives a function's secret from its name.
"""

import dataclasses
import secrets
import threading

from ministack.core import iam_evaluator, lambda_runtime

plain_resolve = iam_evaluator.resolve_credential
plain_identity = iam_evaluator.resolve_caller_identity

# What functions were given since this process started: (function, role) to their variables. Each environment of a
# function starts in a thread of its own; without the lock, two that start together are given different keys, of which
# one is forgotten.
given = {}
giving = threading.Lock()


def install(secret):
    def resolve(access_key_id, *args, **kwargs):
        if is_stale(access_key_id):
            return iam_evaluator._unknown_access_key()
        found = plain_resolve(access_key_id, *args, **kwargs)
        if getattr(found, "principal_type", "") == "Root":
            return dataclasses.replace(found, secret_access_key=secret)
        return found

    iam_evaluator.resolve_credential = resolve
    # Asked where a signature is left unchecked; `is_root_access_key` goes on telling whom no policy binds.
    iam_evaluator._is_root_key = lambda access_key_id: False
    iam_evaluator.resolve_caller_identity = identity
    lambda_runtime.execution_credentials = execution_credentials


def identity(access_key_id):
    """As ministack tells it, which knows a root by the function that is replaced above."""
    from ministack.core.responses import get_account_id

    if not access_key_id or not iam_evaluator.is_root_access_key(access_key_id):
        return plain_identity(access_key_id)
    account = get_account_id()
    return {
        "accessKey": access_key_id,
        "accountId": account,
        "userArn": f"arn:aws:iam::{account}:root",
        "userId": account,
        "principalOrgId": iam_evaluator._principal_org_id(account),
        "session": None,
    }


def is_stale(access_key_id):
    """Whether a key is a function's of an earlier run: kept with the state, and without an end of its own."""
    from ministack.services import sts

    session = sts._sessions.get(access_key_id)
    with giving:
        current = {variables["AWS_ACCESS_KEY_ID"] for variables in given.values()}
    return session is not None and not session.get("Expiration") and access_key_id not in current


def execution_credentials(config):
    """Temporary keys of a function's role."""
    from ministack.services import sts

    role, function = config.get("Role", ""), config.get("FunctionArn", "")
    account, _ = lambda_runtime._account_region_from_function_config(config)
    with giving:
        variables = given.get((function, role))
        if variables is None:
            variables = given[function, role] = {
                "AWS_ACCESS_KEY_ID": f"ASIA{secrets.token_hex(8).upper()}",
                "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20),
                "AWS_SESSION_TOKEN": secrets.token_hex(32),
            }
    role_name = role.rsplit("/", 1)[-1]
    session_name = config.get("FunctionName", "function")[:64]
    sts.register_session(variables["AWS_ACCESS_KEY_ID"], {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{session_name}",
        "UserId": f"{role_name}:{session_name}",
        "SecretAccessKey": variables["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": variables["AWS_SESSION_TOKEN"],
    })
    return dict(variables)
