"""The condition keys of a request that nobody signed.

IAM user guide, "AWS global condition context keys": such a request has no `aws:PrincipalArn`, and its
`aws:PrincipalAccount` is `anonymous`. ministack has `*` and an empty text for them.
"""

from ministack.core import iam_evaluator

ANONYMOUS = "Anonymous"
KEYS = {"aws:principalarn": None, "aws:principalaccount": "anonymous"}

plain = iam_evaluator._resolve_condition_key


def resolve(key, context):
    if context.principal_type == ANONYMOUS and key.lower() in KEYS:
        return KEYS[key.lower()]
    return plain(key, context)


iam_evaluator._resolve_condition_key = resolve
