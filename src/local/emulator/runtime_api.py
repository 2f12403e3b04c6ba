"""The server that a function's runtime asks for events, closed to web pages.

It listens on loopback for each function that runs. A page whose name is rebound to 127.0.0.1 could take events
from it; such a request carries the page's name.
"""

from ministack.core import lambda_runtime

from emulator import hosts

plain = lambda_runtime.ProvidedWorker._build_handler_class


def install():
    lambda_runtime.ProvidedWorker._build_handler_class = build_handler_class


def build_handler_class(worker, *args):
    class Handler(plain(worker, *args)):
        def parse_request(self):
            if not super().parse_request():
                return False
            if "Origin" not in self.headers and hosts.is_loopback(self.headers.get("Host", "")):
                return True
            self.send_error(403)
            return False

    return Handler
