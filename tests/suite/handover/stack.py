"""Makes a stack of an exported template, sends a request to it, and prints what came of it.

Arguments: endpoint, Region, folder of the export.
"""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

endpoint, region, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
session = boto3.Session(region_name=region)


def client(service):
    return session.client(service, endpoint_url=endpoint)


def emulated(template):
    """The template with the function let in by the form of its ARN that the emulator compares; AWS compares the role's."""
    statements = template["Resources"]["QueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    senders = statements[0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    session = senders[0]["Fn::Sub"].replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
    senders.append({"Fn::Sub": f"{session}/*"})
    return template


def outputs():
    """The stack's outputs, once it is there."""
    s3, formation = client("s3"), client("cloudformation")
    s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": region})
    template = emulated(json.loads((folder / "template.json").read_text()))
    key = template["Parameters"]["CodeKey"]["Default"]
    s3.upload_file(str(folder / "function.zip"), "code", key)
    formation.create_stack(
        StackName="handed-over",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "CodeBucket", "ParameterValue": "code"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    try:
        formation.get_waiter("stack_create_complete").wait(
            StackName="handed-over", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    except Exception:
        for event in formation.describe_stack_events(StackName="handed-over")["StackEvents"]:
            print(event.get("LogicalResourceId"), event.get("ResourceStatusReason"), file=sys.stderr)
        raise
    stack = formation.describe_stacks(StackName="handed-over")["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def status(url, key):
    """The status of a signed request."""
    request = AWSRequest("GET", url, headers={"x-api-key": key} if key else {})
    SigV4Auth(session.get_credentials(), "execute-api", region).add_auth(request)
    try:
        sent = urllib.request.Request(url, headers=dict(request.headers))
        return urllib.request.urlopen(sent).status
    except urllib.error.HTTPError as error:
        return error.code


made = outputs()
api = made["Url"].removeprefix("https://").split(".")[0]
stage = made["Url"].rsplit("/", 1)[1]
url = f"{endpoint}/restapis/{api}/{stage}/_user_request_/sendtosqs"
key = client("apigateway").get_api_key(apiKey=made["ApiKeyId"], includeValue=True)["value"]
without, with_key = status(url, None), status(url, key)
messages = client("sqs").receive_message(QueueUrl=made["QueueUrl"], WaitTimeSeconds=5)
body = json.loads(messages["Messages"][0]["Body"])
json.dump({"without_key": without, "status": with_key, "task": body["headers"]["task"]}, sys.stdout)
