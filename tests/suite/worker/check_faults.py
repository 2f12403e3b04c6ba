"""With gatewayq_sqs.py a worker outlives receives that fail, hang or are cut, and then goes on."""
import http.client
import http.server
import itertools
import json
import threading
import time
import urllib.parse

from support import Stand, arguments, expect, run

FAULTS = ["500", "503", "throttle", "cut", "hang"]


class Proxy:
    """Forwards to the endpoint; ReceiveMessage fails in turn as FAULTS says while `faulty`."""

    def __init__(self, endpoint):
        self.target = urllib.parse.urlsplit(endpoint).netloc
        self.faulty = False
        self.seen = []
        self._faults = itertools.cycle(FAULTS)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # connections are cut on purpose
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _handler(proxy):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                is_receive = b"ReceiveMessage" in body or "ReceiveMessage" in self.headers.get("X-Amz-Target", "")
                if proxy.faulty and is_receive:
                    fault = next(proxy._faults)
                    proxy.seen.append(fault)
                    return self.fail(fault)
                connection = http.client.HTTPConnection(proxy.target)
                connection.request("POST", self.path, body, dict(self.headers))
                answer = connection.getresponse()
                self.answer(answer.status, answer.read(), answer.headers.get("Content-Type", ""))

            do_GET = do_POST

            def fail(self, fault):
                self.close_connection = True
                if fault == "hang":
                    time.sleep(10)
                elif fault == "throttle":
                    body = b'{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}'
                    self.answer(400, body, "application/json")
                elif fault != "cut":
                    self.answer(int(fault), b"<ErrorResponse/>", "text/xml")

            def answer(self, status, body, kind):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler


def check():
    options = arguments()
    proxy = Proxy(options.endpoint)
    with Stand(options, {"CHECK_SHORT_WAITS": "1"}, worker_endpoint=proxy.url) as stand:
        def send(count):
            stand.send(stand.encode(json.dumps({"tasks": [{}] * count}))["messages"])

        send(5)
        stand.wait_for(5)
        proxy.faulty = True
        end = time.monotonic() + 60
        while len(proxy.seen) < 2 * len(FAULTS):
            expect(stand.worker.poll() is None, f"the worker ended at {proxy.seen}")
            expect(time.monotonic() < end, f"the worker hangs at {proxy.seen}")
            time.sleep(0.2)
        proxy.faulty = False
        send(20)
        expect(len(stand.wait_for(25)) == 25, "a task ran twice")


run(check)
