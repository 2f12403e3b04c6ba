"""A Lambda Runtime API endpoint on loopback, with one function process behind it.

The process is the real one (`bootstrap`, or a Python stand-in): it polls for events and posts its
answers exactly as on Lambda (AWS Lambda developer guide, "Using the Lambda runtime API").
"""
import contextlib
import http.server
import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path


class Function:
    """One function process; `invoke` hands it one event and returns its answer."""

    def __init__(self, command: list[str], env: dict[str, str], deadline_s: float = 30.0):
        self.deadline_s = deadline_s
        self._events: queue.Queue = queue.Queue()
        self._answers: queue.Queue = queue.Queue()
        self._count = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        # The function's end cuts its connection; that is no news.
        self._server.handle_error = lambda *_: None
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        host, port = self._server.server_address[:2]
        self.process = subprocess.Popen(
            command,
            env={
                "PATH": os.environ.get("PATH", ""),
                "AWS_LAMBDA_FUNCTION_NAME": "bench",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_RUNTIME_API": f"{host}:{port}",
                **env,
            },
        )

    def invoke(self, event: dict, timeout_s: float = 300.0) -> dict:
        """Answers with the function's answer plus the process's CPU seconds at that moment."""
        self._count += 1
        self._events.put((f"request-{self._count}", json.dumps(event).encode()))
        kind, body, cpu = self._answers.get(timeout=timeout_s)
        if kind != "response":
            raise RuntimeError(f"the function failed: {body!r}")
        return {"answer": json.loads(body), "cpu": cpu}

    def cpu_seconds(self) -> float:
        """CPU of all threads alive, in seconds (the scheduler's own nanoseconds)."""
        total = 0
        for stat in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # a thread that ended in between
                total += int(stat.read_text().split()[0])
        return total / 1e9

    def peak_rss_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

    def close(self) -> None:
        self.process.terminate()
        self._events.put(None)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._server.shutdown()

    def _handler(function):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # One write an answer and no Nagle: else the pauses of TCP would be measured.
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self):
                event = function._events.get()
                if event is None:
                    return
                request_id, body = event
                self._reply(200, body, {
                    "Lambda-Runtime-Aws-Request-Id": request_id,
                    "Lambda-Runtime-Deadline-Ms": str(int((time.time() + function.deadline_s) * 1000)),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:000000000000:function:bench",
                })

            def do_POST(self):
                cpu = function.cpu_seconds()
                body = self.rfile.read(int(self.headers["Content-Length"])) if (
                    "Content-Length" in self.headers) else self._chunks()
                kind = self.path.rsplit("/", 1)[-1]
                self._reply(202, b"{}", {})
                function._answers.put((kind, body, cpu))

            def _chunks(self) -> bytes:
                body = b""
                while size := int(self.rfile.readline().strip() or b"0", 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def _reply(self, status, body, headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *_):
                pass

        return Handler
