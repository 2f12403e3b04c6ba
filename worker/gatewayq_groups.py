"""Gives every task that Celery sends to a FIFO queue its group and its deduplication id.

kombu puts all messages into one group, "default", and SQS hands the messages of a group out one
after another: a single retry with a long countdown would hold up everything sent behind it. With
this module, which `celeryconfig.py` installs in workers and in every other program that sends,

- a task is a group of its own, named by its id, so that it waits for nobody;
- a task that goes on under its id (`self.retry`, `self.replace`) stays in the group that its
  message came with: an ordered task does not leave its customer. Its result, too, is kept or not
  as that message says, where Celery 5.6 would go by the task's own setting;
- `MessageGroupId` and `MessageDeduplicationId` of `apply_async`, `.set` or `retry` win. Use them
  to send into a customer's group: `task.apply_async(args, MessageGroupId=customer_id)`.
"""
import hashlib
import uuid

from celery import current_task
from celery.signals import before_task_publish

# The workers' receives ask SQS for it (celeryconfig.py), so that a retry knows its group.
GROUP_ATTRIBUTE = "MessageGroupId"
GROUP_ID_MAX = 128
# The function derives its group ids in the same way: one customer is one group for both.
NAMESPACE = uuid.UUID("0f6d2c53-9d1e-4a7b-8c40-5b1fa2e73d96")


def install() -> None:
    """Looks after every task that this process sends from now on."""
    before_task_publish.connect(_give_ids, weak=False, dispatch_uid=__name__)


def to_group_id(value: object) -> str:
    """`value` as a group id. SQS takes 1 to 128 ASCII letters, digits and punctuation; from any
    other text an id is derived, so that equal values share a group."""
    text = str(value)
    if len(text) <= GROUP_ID_MAX and all("!" <= character <= "~" for character in text):
        return text
    return f"key-{uuid.uuid5(NAMESPACE, text.encode('utf-8', 'replace').decode())}"


def _give_ids(body=None, headers=None, properties=None, routing_key=None, **_) -> None:
    """Celery calls this before it sends a task. It logs what is raised here and sends all the
    same, so nothing may be raised: a wrong value is left for SQS to refuse."""
    if not str(routing_key).endswith(".fifo"):
        return
    task_id = str(headers.get("id") or properties.get("correlation_id") or uuid.uuid4())
    received = _Received()
    if received.task_id == task_id and received.ignore_result is not None:
        headers["ignore_result"] = received.ignore_result
    group = properties.get("MessageGroupId")
    if group is None:
        group = received.group if received.task_id == task_id and received.group else task_id
    properties["MessageGroupId"] = to_group_id(group)
    if properties.get("MessageDeduplicationId") is None:
        properties["MessageDeduplicationId"] = _deduplication_id(received, task_id, body, headers)


class _Received:
    """The task that runs in this thread, and the message that brought it; empty outside a task."""

    def __init__(self):
        request = current_task.request if current_task else None
        properties = getattr(request, "properties", None) or {}
        message = (properties.get("delivery_info") or {}).get("sqs_message") or {}
        self.task_id = getattr(request, "id", None)
        # What the message itself said: as an attribute it is False, too, where the message said nothing.
        self.ignore_result = getattr(request, "__dict__", {}).get("ignore_result")
        self.message_id = message.get("MessageId")
        self.group = (message.get("Attributes") or {}).get(GROUP_ATTRIBUTE)


def _deduplication_id(received: _Received, task_id: str, body, headers: dict) -> str:
    """The task's id alone would not do: a retry has the id of its original, and SQS would drop it.

    What a task sends is told by the message that the task came with. When SQS delivers that
    message once more, the second run sends the same retry, or a chain's same next step, and SQS
    drops it; a run brought by another message sends anew. Outside a task the id is random. It is
    made once for each task sent, so that Celery's repeats of a failed call are one message too.
    """
    if not received.message_id:
        return str(uuid.uuid4())
    parts = (received.message_id, task_id, headers.get("retries"), headers.get("replaced_task_nesting"), body)
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()
