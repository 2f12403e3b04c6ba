"""The walkthrough's function as Chalice users write it: Chalice's routing, Celery's send_task.

Run as a process it speaks the Lambda Runtime API, as AWS's Python runtime does.
"""
import http.client
import json
import os

from celery import Celery
from chalice import Chalice

app = Chalice(app_name="bench")
queue_url = os.environ["QUEUE_URL"]
queue_name = queue_url.rsplit("/", 1)[-1]
tasks = Celery("bench", broker="sqs://")
tasks.conf.update(
    broker_transport_options={"region": os.environ["AWS_REGION"], "predefined_queues": {queue_name: {"url": queue_url}}},
    task_default_queue=queue_name,
    task_create_missing_queues=False,
)


@app.route("/")
def index():
    return {"hello": "world"}


@app.route("/sendtosqs")
def send_to_sqs():
    tasks.send_task("tasks.add", args=[2, 2])
    return {"message_status": "success"}


def main() -> None:
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        api.request("GET", "/2018-06-01/runtime/invocation/next")
        response = api.getresponse()
        event, request_id = json.loads(response.read()), response.headers["Lambda-Runtime-Aws-Request-Id"]
        answer = json.dumps(app(event, None)).encode()
        api.request("POST", f"/2018-06-01/runtime/invocation/{request_id}/response", answer)
        api.getresponse().read()


if __name__ == "__main__":
    main()
