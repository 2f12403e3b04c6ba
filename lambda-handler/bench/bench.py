#!/usr/bin/env python3
"""Measures the function beside a Chalice function that does the same, in one run.

    python3 lambda-handler/bench/bench.py [--bootstrap FILE] [--venv DIR] [--cold N] [--warm N] [--rounds N] [--schema] [--results] [--json]

Both run as on Lambda, against a Runtime API endpoint, with a local SQS (ministack) behind them.
Without --bootstrap the release build is made first; without --venv the Python side is installed
once into target/bench-venv from requirements.txt. Exit code 1 when a target is missed.
"""
import argparse
import concurrent.futures
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

from runtime_api import Function

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Requests at once: Lambda has a process of its own for each.
IN_FLIGHT = (1, 10, 100)
# Requests of a round, over all of its processes.
REQUESTS = 400
TARGETS = {"zip_mb": 1.6, "cold_cpu_ms": 5.0, "warm_cpu_ms": 0.3, "rss_mb": 20.0}
ROUTES = {"version": 1, "queue_visibility_timeout": 30, "routes": [
    {"method": "GET", "path": "/sendtosqs", "task": {"names": ["tasks.add"], "args": [2, 2], "kwargs": {}}}]}
# What API Gateway sends for a request with IAM authorisation and an API key, shortened.
EVENT = {
    "resource": "/sendtosqs", "path": "/sendtosqs", "httpMethod": "GET",
    "headers": {"Host": "x.execute-api.eu-west-1.amazonaws.com", "x-api-key": "k" * 40, "X-Amz-Date": "20260101T000000Z"},
    "multiValueHeaders": {"Host": ["x.execute-api.eu-west-1.amazonaws.com"], "x-api-key": ["k" * 40]},
    "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": None,
    "stageVariables": None, "body": None, "isBase64Encoded": False,
    "requestContext": {
        "resourceId": "abc123", "resourcePath": "/sendtosqs", "httpMethod": "GET", "stage": "penguin",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "accountId": "123456789012",
        "identity": {"apiKeyId": "key1", "caller": "AIDAEXAMPLE", "sourceIp": "127.0.0.1",
                     "userArn": "arn:aws:iam::123456789012:user/api"}},
}
TABLE = "results"
# A body that is held to a schema; only of ours.
ORDER = {"kwargs": {"customer": "c-7", "amount": 19.99}}
SCHEMA = {"type": "object", "required": ["kwargs"], "properties": {"args": {"maxItems": 0}, "kwargs": {
    "required": ["customer", "amount"], "additionalProperties": False, "properties": {
        "customer": {"type": "string", "pattern": "^c-[0-9]+$"},
        "amount": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01}}}}}


def main() -> int:
    options = arguments()
    bootstrap = options.bootstrap or build()
    python = environment(options.venv) / "bin"
    with tempfile.TemporaryDirectory() as folder:
        sqs = Sqs(python / "ministack", Path(folder))
        try:
            env = sqs.env()
            (Path(folder) / "routes.json").write_text(json.dumps(routes(options)))
            env["LAMBDA_TASK_ROOT"] = folder
            ours = measure([str(bootstrap)], env, options, ours_event(options.schema))
            ours["zip_mb"] = [zip_mb(bootstrap)]
            ours["warm_k_instructions"] = instructions(bootstrap, env, ours_event(options.schema), Path(folder))
            theirs_command = [str(python / "python"), str(HERE / "chalice_app.py")]
            theirs = measure(theirs_command, env, options, EVENT)
            for _ in range(options.rounds):
                for at_once in IN_FLIGHT:
                    add(ours, in_flight([str(bootstrap)], env, at_once))
                    add(theirs, in_flight(theirs_command, env, at_once))
        finally:
            sqs.stop()
    return report(ours, theirs, options.json)


def routes(options: argparse.Namespace) -> dict:
    task = {"names": ["tasks.add"], "body": SCHEMA}
    checked = {"method": "POST", "path": "/orders", "task": task}
    whole = {**ROUTES, "routes": [*ROUTES["routes"], checked]} if options.schema else ROUTES
    return {**whole, "results": {"table": TABLE, "owner": True}} if options.results else whole


def ours_event(has_schema: bool) -> dict:
    checked = {"resource": "/orders", "path": "/orders", "httpMethod": "POST", "body": json.dumps(ORDER)}
    return {**EVENT, **checked} if has_schema else EVENT


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", type=Path, help="a release build of the function")
    parser.add_argument("--venv", type=Path, help="a virtual environment with requirements.txt in it")
    parser.add_argument("--cold", type=int, default=10, help="cold starts of each (default 10)")
    parser.add_argument("--warm", type=int, default=500, help="warm requests after each cold start (default 500)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds with several requests at once (default 3)")
    parser.add_argument("--schema", action="store_true", help="of ours, requests whose body has a schema")
    parser.add_argument("--results", action="store_true",
                        help="of ours, tasks with owners: the key to say so is read from DynamoDB at the start")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def build() -> Path:
    subprocess.run(["cargo", "build", "--release", "-p", "lambda-handler"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "bootstrap"


def environment(folder: Path | None) -> Path:
    if folder:
        return folder
    folder = ROOT / "target" / "bench-venv"
    if not (folder / "bin" / "ministack").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", "--require-hashes", "-r", HERE / "requirements.txt"], check=True)
    return folder


class Sqs:
    """ministack with one FIFO queue, and a table for results."""

    def __init__(self, executable: Path, folder: Path):
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        env = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "IOT_MTLS_ENABLED": "0",
               "STATE_DIR": str(folder / "state")}
        self.process = subprocess.Popen([executable], env=env, cwd=folder,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.queue_url = self._create_queue()
        self._create_table()

    def env(self) -> dict[str, str]:
        return {"QUEUE_URL": self.queue_url, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": self.endpoint}

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _create_queue(self) -> str:
        queue = {"QueueName": "bench.fifo", "Attributes": {"FifoQueue": "true"}}
        return self._call("sqs", "AmazonSQS.CreateQueue", queue)["QueueUrl"]

    def _create_table(self) -> None:
        self._call("dynamodb", "DynamoDB_20120810.CreateTable", {
            "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})

    def _call(self, service: str, target: str, parameters: dict) -> dict:
        scope = f"test/20260101/eu-west-1/{service}/aws4_request"
        request = urllib.request.Request(
            self.endpoint,
            json.dumps(parameters).encode(),
            {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0",
             "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"})
        for _ in range(200):
            try:
                with urllib.request.urlopen(request, timeout=5) as response:
                    return json.load(response)
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the local AWS does not answer")


def free_port() -> int:
    """Below the range of client ports, where nobody else can be given it in between."""
    import socket
    for port in range(21000 + os.getpid() % 5000, 32768):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port")


def measure(command: list[str], env: dict[str, str], options: argparse.Namespace, event: dict) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"cold_cpu_ms": [], "cold_wall_ms": [], "warm_cpu_ms": [], "warm_p50_ms": [], "rss_mb": []}
    for _ in range(options.cold):
        started = time.perf_counter()
        function = Function(command, env)
        try:
            first = function.invoke(event)
            check(first["answer"])
            found["cold_wall_ms"].append((time.perf_counter() - started) * 1e3)
            found["cold_cpu_ms"].append(first["cpu"] * 1e3)
            walls, cpu = requests(function, event, options.warm)
            found["warm_cpu_ms"].append((cpu - first["cpu"]) * 1e3 / options.warm)
            found["warm_p50_ms"].append(statistics.median(walls))
            found["rss_mb"].append(function.peak_rss_mb())
        finally:
            function.close()
    return found


def instructions(bootstrap: Path, env: dict[str, str], event: dict, folder: Path) -> list[float]:
    """Thousands of instructions of a warm request, in the process itself: the same on a busy machine and on an idle one.
    Callgrind has no processor's own SHA-256, of which there are some fifty blocks a request. Nothing without valgrind."""
    if not shutil.which("valgrind"):
        return []
    few, many = (counted(bootstrap, env, event, folder, count) for count in (100, 600))
    return [(many - few) / 500 / 1e3]


def counted(bootstrap: Path, env: dict[str, str], event: dict, folder: Path, count: int) -> int:
    log = folder / f"valgrind-{count}"
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}", str(bootstrap)]
    function = Function(command, env)
    try:
        requests(function, event, count)
    finally:
        function.close()
    found = re.search(r"Collected : (\d+)", log.read_text())
    if not found:
        raise RuntimeError(f"valgrind did not count: {log.read_text()}")
    return int(found[1])


def in_flight(command: list[str], env: dict[str, str], at_once: int) -> dict[str, float]:
    """A round: so many processes, each warm and with the next request as soon as the last is answered."""
    functions = [Function(command, env) for _ in range(at_once)]
    try:
        with concurrent.futures.ThreadPoolExecutor(at_once) as threads:
            started = list(threads.map(lambda function: function.invoke(EVENT)["cpu"], functions))
            before = time.perf_counter()
            each = list(threads.map(lambda function: requests(function, EVENT, REQUESTS // at_once), functions))
            took = time.perf_counter() - before
        walls = sorted(wall for walls, _ in each for wall in walls)
        cpu = sum(cpu for _, cpu in each) - sum(started)
        return {f"{at_once}_per_s": len(walls) / took, f"{at_once}_p50_ms": statistics.median(walls),
                f"{at_once}_p99_ms": walls[len(walls) * 99 // 100], f"{at_once}_cpu_ms": cpu * 1e3 / len(walls),
                f"{at_once}_rss_mb": sum(function.peak_rss_mb() for function in functions)}
    finally:
        for function in functions:
            function.close()


def requests(function: Function, event: dict, count: int) -> tuple[list[float], float]:
    """The milliseconds of each of so many, and the process's CPU seconds after them."""
    walls = []
    for _ in range(count):
        before = time.perf_counter()
        last = function.invoke(event)
        walls.append((time.perf_counter() - before) * 1e3)
        check(last["answer"])
    return walls, last["cpu"]


def add(found: dict[str, list[float]], round_: dict[str, float]) -> None:
    for name, value in round_.items():
        found.setdefault(name, []).append(value)


def check(answer: dict) -> None:
    if json.loads(answer["body"]).get("message_status") != "success":
        raise RuntimeError(f"not sent: {answer}")


def zip_mb(bootstrap: Path) -> float:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(bootstrap, "bootstrap")
    return len(memory.getvalue()) / 1e6


def report(ours: dict, theirs: dict, as_json: bool) -> int:
    missed = [name for name, target in TARGETS.items() if statistics.median(ours[name]) > target]
    if as_json:
        print(json.dumps({"gatewayq": ours, "chalice": theirs, "targets": TARGETS, "missed": missed}))
        return bool(missed)
    print(f"{'median (lowest to highest)':30}{'gatewayq':>26}{'Chalice + Celery':>28}{'target':>10}")
    for name in ["zip_mb", "warm_k_instructions", *theirs]:
        target = f"<= {TARGETS[name]:g}" if name in TARGETS else ""
        print(f"{name:30}{spread(ours.get(name)):>26}{spread(theirs.get(name)):>28}{target:>10}")
    for name in missed:
        print(f"missed: {name}", file=sys.stderr)
    return bool(missed)


def spread(values: list[float] | None) -> str:
    if not values:
        return "-"
    if len(values) == 1:
        return f"{values[0]:.2f}"
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
