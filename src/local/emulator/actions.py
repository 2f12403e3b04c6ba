"""The IAM action that a call needs, where ministack asks for one that AWS does not have.

Service Authorization Reference: most operations are actions of the same name; these are not.
"""

from ministack.core import iam_actions

SAME_AS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
    "lambda:Invoke": "lambda:InvokeFunction",
    "lambda:InvokeWithResponseStream": "lambda:InvokeFunction",
    "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
}

plain = iam_actions.extract_iam_action


def install():
    # ministack has a table of its own for Lambda that knows some paths: a GET of `…/concurrency` is
    # PutFunctionConcurrency there, a DELETE of an alias ListAliases. AWS's model has them all.
    iam_actions._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]
    plain_lambda = iam_actions._lambda_action

    def lambda_action(method, path):
        return iam_actions._match_rest_action("lambda", method, path) or plain_lambda(method, path)

    def action(*args, **kwargs):
        found = plain(*args, **kwargs)
        return SAME_AS.get(found, found)

    iam_actions._lambda_action = lambda_action
    iam_actions.extract_iam_action = action
