"""Keeps a worker alive through faults of SQS, and (by choice) in strict order. Optional.

kombu 5.7 ends the worker when one ReceiveMessage answers 5xx, and waits for ever for one that is
never answered. With this module such a receive counts as an empty one, and the next follows after
a pause. `celeryconfig.py` installs it when it is there.
"""
import logging

import pycurl
from kombu import transport as transports
from kombu.asynchronous.aws.connection import AsyncHTTPSConnection
from kombu.asynchronous.aws.sqs.connection import AsyncSQSConnection
from kombu.transport import SQS

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 10
# SQS answers a long poll after at most 20 seconds.
ANSWER_SECONDS = 30
# Between a failed receive and the next.
PAUSE_SECONDS = 2
# AWS's codes for "slow down", which come with status 400.
THROTTLED = (b"Throttl", b"RequestLimitExceeded", b"TooManyRequests", b"SlowDown")


def install(strict_order=False):
    """Puts this transport in the place of kombu's for `sqs://`. `strict_order` receives one
    message at a time, as SQS then hands out the next of an ordering key only when the first is
    done (with late acknowledgement, which celeryconfig.py has)."""
    Channel.strict_order = strict_order
    SQS.AsyncSQSConnection = Connection
    transports.TRANSPORT_ALIASES["sqs"] = f"{__name__}:Transport"


class Failed(dict):
    """What a failed receive answers: no messages."""


class FailedCount(int):
    """The number of messages of a failed receive: zero."""


class HttpConnection(AsyncHTTPSConnection):
    """One request, with an end."""

    def getrequest(self):
        request = super().getrequest()
        request.on_prepare = self._limit
        return request

    @staticmethod
    def _limit(curl):
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.CONNECTTIMEOUT, CONNECT_SECONDS)
        curl.setopt(pycurl.TIMEOUT, ANSWER_SECONDS)


class Connection(AsyncSQSConnection):
    """SQS's calls without waiting; only ReceiveMessage is one of them."""

    def get_http_connection(self):
        return HttpConnection(http_client=self._httpclient)

    def _on_list_ready(self, parent, markers, operation, response):
        if operation == "ReceiveMessage" and _is_transient(response):
            logger.warning("%s failed with status %s (%s); trying again in %s s",
                           operation, response.status, response.reason, PAUSE_SECONDS)
            return Failed()
        return super()._on_list_ready(parent, markers, operation, response)


def _is_transient(response):
    # 599 is kombu's own status for no answer at all.
    if response.status in (408, 429) or response.status >= 500:
        return True
    return response.status == 400 and any(code in (response.read() or b"") for code in THROTTLED)


class Channel(SQS.Channel):
    """kombu's channel, with a pause after a failed receive."""

    strict_order = False

    def _get_message_estimate(self, *args, **kwargs):
        estimate = super()._get_message_estimate(*args, **kwargs)
        return min(estimate, 1) if self.strict_order else estimate

    def _on_messages_ready(self, queue, qname, messages):
        if isinstance(messages, Failed):
            return FailedCount(0)
        return super()._on_messages_ready(queue, qname, messages)

    def _loop1(self, queue, messages_fetched=None):
        if isinstance(messages_fetched, FailedCount):
            self.hub.call_later(PAUSE_SECONDS, self._schedule_queue, queue)
        else:
            super()._loop1(queue, messages_fetched)


class Transport(SQS.Transport):
    """kombu's transport with the channel above."""

    Channel = Channel
