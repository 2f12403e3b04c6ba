"""A receive ends with the client that asked for it.

ministack goes on with the long poll of a worker that was killed, for up to 20 seconds, and takes a message that nobody gets:
it is hidden until the visibility time-out is over. SQS sends to an open connection alone.
"""

import asyncio

TARGET = "AmazonSQS.ReceiveMessage"
ACTION = b"Action=ReceiveMessage"


def is_receive(request, body):
    return request.headers.get("x-amz-target") == TARGET or ACTION in body.split(b"&")


async def while_connected(work, receive):
    """Waits for `work`, and gives it up when the client has gone."""
    work, gone = asyncio.ensure_future(work), asyncio.ensure_future(disconnected(receive))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            await work
    finally:
        work.cancel()
        gone.cancel()


async def disconnected(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


async def never():
    """For who is behind the body: nothing more comes."""
    await asyncio.Event().wait()
