"""Keeps a worker alive through faults of SQS, hides waiting tasks, and (by choice) keeps strict order. Optional.

- kombu 5.7 ends the worker when one ReceiveMessage answers 5xx, and waits for ever for one that is
  never answered. With this module such a receive counts as an empty one, and the next follows
  after a pause.
- A task with a countdown or an eta, a retry for one, waits in the worker. SQS would deliver it again
  when the queue's visibility time-out is over, and it would run several times. With this module it
  stays hidden until it is due, and for the visibility time-out after that.

`celeryconfig.py` installs it when it is there.
"""
import logging
import math
import time
from datetime import timezone

import pycurl
from botocore.exceptions import BotoCoreError, ClientError
from celery.utils.time import maybe_iso8601
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
# SQS hides a message for 12 hours at most, counted from its receive.
HIDDEN_MAX_SECONDS = 12 * 3600 - 60
# How long the queue's visibility time-out is taken for known.
KNOWN_SECONDS = 300
# AWS's codes for "slow down", which come with status 400.
THROTTLED = (b"Throttl", b"RequestLimitExceeded", b"TooManyRequests", b"SlowDown")


def install(strict_order: bool = False) -> None:
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


def _is_transient(response) -> bool:
    # 599 is kombu's own status for no answer at all.
    if response.status in (408, 429) or response.status >= 500:
        return True
    return response.status == 400 and any(code in (response.read() or b"") for code in THROTTLED)


def seconds_until_due(payload: dict) -> float:
    """How long a received task has still to wait; 0 where it is due."""
    eta = (payload.get("headers") or {}).get("eta")
    try:
        due = maybe_iso8601(eta)
    except (AttributeError, TypeError, ValueError):
        return 0  # Celery says what is wrong with it
    if due is None:
        return 0
    due = due if due.tzinfo else due.replace(tzinfo=timezone.utc)
    return max(0, due.timestamp() - time.time())


class Channel(SQS.Channel):
    """kombu's channel, with a pause after a failed receive and with waiting tasks hidden."""

    strict_order = False

    def __init__(self, *args, **kwargs):
        self._visibility: dict[str, tuple[int, float]] = {}  # of each queue's URL: its time-out, and when it was read
        super().__init__(*args, **kwargs)

    def _message_to_python(self, message, queue_name, q_url):
        payload = super()._message_to_python(message, queue_name, q_url)
        wait = seconds_until_due(payload)
        if wait:
            self._hide(message, queue_name, q_url, wait)
        return payload

    def _hide(self, message: dict, queue_name: str, q_url: str, wait: float) -> None:
        client = self.sqs(queue=self.canonical_queue_name(queue_name))
        try:
            seconds = math.ceil(wait) + self._visibility_timeout(client, q_url)
            if seconds > HIDDEN_MAX_SECONDS:
                logger.warning("a task is due in %d s only: SQS delivers it again after 12 hours", wait)
            client.change_message_visibility(QueueUrl=q_url, ReceiptHandle=message["ReceiptHandle"],
                                             VisibilityTimeout=min(seconds, HIDDEN_MAX_SECONDS))
        except (BotoCoreError, ClientError, OSError) as fault:
            # It is delivered again before it is due; a fault must not end the worker.
            logger.warning("a task that is due in %d s could not be hidden: %r", wait, fault)

    def _visibility_timeout(self, client, q_url: str) -> int:
        known, read_at = self._visibility.get(q_url, (0, -math.inf))
        if time.monotonic() - read_at < KNOWN_SECONDS:
            return known
        answer = client.get_queue_attributes(QueueUrl=q_url, AttributeNames=["VisibilityTimeout"])
        known = int(answer["Attributes"]["VisibilityTimeout"])
        self._visibility[q_url] = (known, time.monotonic())
        return known

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
