"""A queue, a worker and the function's pure half, for the checks in this folder.

Each check is a program: `VENV/bin/python tests/suite/worker/check_NAME.py --encode FILE --endpoint URL`,
with a virtual environment that has Celery (5.6 or 5.7), the built example `encode` of the handler
crate, and the URL of a local SQS. It ends with 0, or with 1 and the reason on stderr.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import boto3

HERE = Path(__file__).resolve().parent
WORKER = HERE.parent.parent.parent / "worker"
REGION = "eu-west-1"
RECORD = {"names": ["checks.record"]}
ROUTES = [
    {"method": "POST", "path": "/record", "task": {**RECORD, "options": [
        "eta", "expires", "countdown", "task_id", "time_limit", "soft_time_limit"]}},
    {"method": "POST", "path": "/fail", "task": {"names": ["checks.fail"]}},
    {"method": "POST", "path": "/ordered", "task": {**RECORD, "group": "body.kwargs.key"}},
]
for _task in ["retry", "come_back", "replace", "send", "spread"]:
    _names = {"names": [f"checks.{_task}"]}
    ROUTES += [
        {"method": "POST", "path": f"/{_task}", "task": _names},
        {"method": "POST", "path": f"/ordered-{_task}", "task": {**_names, "group": "body.kwargs.key"}},
    ]


def arguments(**more):
    """The common arguments, and `more` with their defaults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--encode", required=True, help="the built example of the handler crate")
    parser.add_argument("--endpoint", required=True, help="the URL of a local SQS")
    parser.add_argument("--celery", default=str(Path(sys.executable).parent / "celery"))
    for name, default in more.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    return parser.parse_args()


class Stand:
    """A queue of its own, a worker on it, and a record of what the worker ran."""

    def __init__(self, options, worker_env=None, visibility=60, worker_endpoint=None):
        self.folder = tempfile.TemporaryDirectory()
        self.record_file = Path(self.folder.name) / "record"
        self.record_file.touch()
        self.options = options
        self.sqs = boto3.client("sqs", region_name=REGION, endpoint_url=options.endpoint,
                                aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
                                aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"])
        self.queue_name = f"check-{uuid.uuid4().hex[:12]}.fifo"
        self.queue_url = self.sqs.create_queue(QueueName=self.queue_name, Attributes={
            "FifoQueue": "true", "VisibilityTimeout": str(visibility),
            "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"})["QueueUrl"]
        routes = Path(self.folder.name) / "routes.json"
        routes.write_text(json.dumps({"version": 1, "queue_visibility_timeout": visibility, "routes": ROUTES}))
        self.encoder = subprocess.Popen([options.encode, routes, self.queue_name], text=True, encoding="utf-8",
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.worker = self._start_worker(worker_endpoint or options.endpoint, worker_env or {})

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        log = Path(self.folder.name) / "log"
        if kind:
            print(log.read_text(errors="replace")[-5000:], file=sys.stderr)
        if self.worker.poll() is None:
            os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self.encoder.stdin.close()
        self.encoder.wait()
        self.sqs.delete_queue(QueueUrl=self.queue_url)
        self.folder.cleanup()

    def produce(self, code):
        """Runs Python beside the tasks in a process of its own that has the worker's configuration."""
        python = Path(self.options.celery).parent / "python"
        subprocess.run([python, "-c", f"from checks import *\n{code}"], cwd=self.folder.name, env=self.env, check=True)

    def _start_worker(self, endpoint, more):
        url = self.queue_url.replace(self.options.endpoint, endpoint)
        self.env = env = {
            **os.environ, "PYTHONPATH": f"{HERE}{os.pathsep}{WORKER}", "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
            "AWS_REGION": REGION, "AWS_ENDPOINT_URL": endpoint, "RECORD_FILE": str(self.record_file),
            "GATEWAYQ_QUEUE_NAME": self.queue_name, "GATEWAYQ_QUEUE_URL": url, "GATEWAYQ_CONCURRENCY": "4", **more}
        command = [self.options.celery, "-A", "checks", "worker", "--loglevel", "INFO", "-n", self.queue_name]
        with open(Path(self.folder.name) / "log", "wb") as log:
            # A session of its own, so that its children can be ended with it.
            return subprocess.Popen(command, cwd=self.folder.name, env=env, stdout=log, stderr=log,
                                    start_new_session=True)

    def encode(self, body, resource="/record", headers=None):
        """What the function makes of a body (text): messages, refused, or an answer."""
        line = {"method": "POST", "resource": resource, "body": body, "headers": headers or {}}
        self.encoder.stdin.write(json.dumps(line) + "\n")
        self.encoder.stdin.flush()
        return json.loads(self.encoder.stdout.readline())

    def post(self, body, resource="/record"):
        """Sends what the function makes of a body (JSON), and gives the messages."""
        messages = self.encode(json.dumps(body), resource)["messages"]
        self.send(messages)
        return messages

    def send(self, messages):
        """Puts messages on the queue, in their order, in batches that SQS takes."""
        batch, size = [], 0
        for message in messages:
            if batch and (len(batch) == 10 or size + len(message["body"]) > 1_000_000):
                self._send_batch(batch)
                batch, size = [], 0
            batch.append(message)
            size += len(message["body"].encode())
        if batch:
            self._send_batch(batch)

    def _send_batch(self, batch):
        answer = self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=[
            {"Id": str(index), "MessageBody": message["body"], "MessageGroupId": message["group_id"],
             "MessageDeduplicationId": message["deduplication_id"]} for index, message in enumerate(batch)])
        expect(not answer.get("Failed"), f"SQS refused: {answer.get('Failed')}")

    def records(self):
        """What the worker has run: dicts with id, args, kwargs (as JSON text), start, end."""
        lines = self.record_file.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def wait_for(self, count, seconds=90):
        """Waits for `count` runs, then a moment for runs too many; answers all of them."""
        end = time.monotonic() + seconds
        while len(self.records()) < count:
            expect(self.worker.poll() is None, f"the worker ended with {self.worker.poll()}")
            expect(time.monotonic() < end, f"{len(self.records())} of {count} tasks ran in {seconds} s")
            time.sleep(0.1)
        time.sleep(1)
        expect(self.worker.poll() is None, "the worker ended")
        return self.records()


def expect(condition, reason):
    if not condition:
        raise AssertionError(reason)


def run(check):
    """Runs a check; the exit code says how it went."""
    try:
        check()
    except AssertionError as reason:
        print(f"{Path(sys.argv[0]).name}: {reason}", file=sys.stderr)
        sys.exit(1)
    print(f"{Path(sys.argv[0]).name}: ok")
