#!/usr/bin/python3
"""An AMQP client for the simulated platform: commands and events are JSON lines on stdin and stdout.

A command is {"id", "op", ...}; its reply is {"id", "ok": true, ...} or {"id", "error": text}. Events have "event" instead of
"id": connected, disconnected, message, cancelled. The first command is connect; a later connect changes the address. The
connection is opened again whenever it ends. The process ends at the end of its input, so it ends with the process that started it.
"""

import asyncio
import base64
import json
import signal
import ssl
import sys

import pika
from pika.adapters.asyncio_connection import AsyncioConnection

LONGEST_LINE = 512 * 1024 * 1024
RECONNECT_SECONDS = 0.2
PREFETCH = 200


def say(**message):
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


class Rejected(Exception):
    pass


class Channel:
    """A channel whose calls can be awaited; they fail if the channel closes."""

    def __init__(self, on_close=lambda: None):
        self.raw = None
        self.on_close = on_close
        self.waiting = set()

    @classmethod
    async def open(cls, connection, on_close=lambda: None):
        channel = cls(on_close)
        opened = channel.expect()
        channel.raw = connection.channel(on_open_callback=lambda _: opened.done() or opened.set_result(None))
        channel.raw.add_on_close_callback(channel.closed)
        await opened
        return channel

    def expect(self):
        future = asyncio.get_running_loop().create_future()
        self.waiting.add(future)
        future.add_done_callback(self.waiting.discard)
        return future

    def closed(self, _raw, reason):
        for future in list(self.waiting):
            if not future.done():
                future.set_exception(Rejected(str(reason)))
        self.on_close()

    async def call(self, method, **arguments):
        done = self.expect()
        method(callback=lambda frame: done.done() or done.set_result(frame), **arguments)
        return await done

    @property
    def is_open(self):
        return self.raw is not None and self.raw.is_open


class Broker:
    def __init__(self):
        self.url = None
        self.connection = None
        self.admin = None
        self.publisher = None
        self.unconfirmed = {}
        self.consumers = {}
        self.one_at_a_time = asyncio.Lock()

    @property
    def connected(self):
        return self.publisher is not None and self.publisher.is_open

    async def connect(self, url):
        first, self.url = self.url is None, url
        if first:
            await self.stay_connected()
        elif self.connection is not None and self.connection.is_open:
            self.connection.close()

    async def stay_connected(self):
        while True:
            reason = await self.run_once(self.url)
            self.publisher = None
            for command in self.unconfirmed.values():
                say(id=command, error="the connection ended before the broker confirmed")
            self.unconfirmed = {}
            self.consumers = {}
            say(event="disconnected", reason=reason)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def run_once(self, url):
        loop = asyncio.get_running_loop()
        opened, ended = loop.create_future(), loop.create_future()
        parameters = pika.URLParameters(url)
        if parameters.ssl_options is not None:
            context = ssl._create_unverified_context()
            parameters.ssl_options = pika.SSLOptions(context, parameters.host)
        self.connection = AsyncioConnection(
            parameters,
            on_open_callback=lambda _: opened.done() or opened.set_result(None),
            on_open_error_callback=lambda _, error: opened.done() or opened.set_exception(Rejected(repr(error))),
            on_close_callback=lambda _, error: ended.done() or ended.set_result(str(error)),
        )
        try:
            await opened
            self.admin = await Channel.open(self.connection)
            publisher = await Channel.open(self.connection)
            await publisher.call(publisher.raw.confirm_delivery, ack_nack_callback=self.on_confirm)
            self.next_publish = 1
            self.publisher = publisher
            say(event="connected")
            return await ended
        except Rejected as rejected:
            if self.connection.is_open:
                self.connection.close()
            return str(rejected)

    def on_confirm(self, frame):
        good = isinstance(frame.method, pika.spec.Basic.Ack)
        last = frame.method.delivery_tag
        tags = [tag for tag in self.unconfirmed if tag <= last] if frame.method.multiple else [last]
        for tag in tags:
            command = self.unconfirmed.pop(tag, None)
            if command is not None:
                say(id=command, **({"ok": True} if good else {"error": "the broker rejected the message"}))

    async def admin_call(self, name, **arguments):
        if not self.admin.is_open:
            self.admin = await Channel.open(self.connection)
        frame = await self.admin.call(getattr(self.admin.raw, name), **arguments)
        return frame.method

    # Commands that are answered at once, in their order.

    def publish(self, command):
        self.unconfirmed[self.next_publish] = command["id"]
        self.next_publish += 1
        self.publisher.raw.basic_publish(
            exchange=command["exchange"],
            routing_key=command["routing_key"],
            body=base64.b64decode(command["body"]),
            properties=pika.BasicProperties(delivery_mode=2),
        )

    def ack(self, command):
        channel = self.consumers.get(command["consumer"])
        if channel is not None and channel.is_open:
            channel.raw.basic_ack(command["tag"])

    # Commands that wait for the broker, one at a time.

    async def declare(self, command):
        for exchange in command["exchanges"]:
            await self.admin_call("exchange_declare", exchange=exchange, exchange_type="direct", durable=True)
        for queue in command["queues"]:
            await self.admin_call(
                "queue_declare", queue=queue["name"], durable=True, arguments=queue["arguments"]
            )
            await self.admin_call(
                "queue_bind", queue=queue["name"], exchange=queue["exchange"], routing_key=queue["routing_key"]
            )
        return {}

    async def delete(self, command):
        for queue in command["queues"]:
            await self.admin_call("queue_delete", queue=queue)
        return {}

    async def purge(self, command):
        purged = 0
        for queue in command["queues"]:
            purged += (await self.admin_call("queue_purge", queue=queue)).message_count
        return {"purged": purged}

    async def depth(self, command):
        found = await self.admin_call("queue_declare", queue=command["queue"], passive=True)
        return {"ready": found.message_count, "consumers": found.consumer_count}

    async def consume(self, command):
        queue, consumer = command["queue"], command["consumer"]

        def ended(*_):
            if self.consumers.pop(consumer, None) is not None:
                say(event="cancelled", consumer=consumer, queue=queue)

        channel = await Channel.open(self.connection, on_close=ended)
        await channel.call(channel.raw.basic_qos, prefetch_count=PREFETCH)
        channel.raw.add_on_cancel_callback(lambda _: channel.raw.close())
        self.consumers[consumer] = channel
        await channel.call(
            channel.raw.basic_consume,
            queue=queue,
            on_message_callback=lambda _, method, properties, body: say(
                event="message",
                consumer=consumer,
                queue=queue,
                tag=method.delivery_tag,
                redelivered=method.redelivered,
                properties={
                    "delivery_mode": properties.delivery_mode,
                    "content_type": properties.content_type,
                    "content_encoding": properties.content_encoding,
                },
                body=base64.b64encode(body).decode("ascii"),
            ),
        )
        return {}

    async def stop_consuming(self, command):
        channel = self.consumers.pop(command["consumer"], None)
        if channel is not None and channel.is_open:
            channel.raw.close()
        return {}

    async def run(self, command):
        operation = command["op"]
        try:
            if not self.connected:
                raise Rejected("the broker is not connected")
            if operation == "publish":
                self.publish(command)
            elif operation == "ack":
                self.ack(command)
            elif operation in ("declare", "delete", "purge", "depth", "consume", "stop_consuming"):
                async with self.one_at_a_time:
                    say(id=command["id"], ok=True, **await getattr(self, operation)(command))
            else:
                raise Rejected(f"unknown operation {operation}")
        except (Rejected, pika.exceptions.AMQPError) as error:
            if "id" in command:
                say(id=command["id"], error=str(error) or repr(error))


async def main():
    # A terminal sends signals to the whole process group; this process ends at the end of its input instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    broker = Broker()
    running = set()
    while line := await reader.readline():
        command = json.loads(line)
        if command["op"] == "connect":
            work = broker.connect(command["url"])
        elif command["op"] in ("publish", "ack"):
            await broker.run(command)
            continue
        else:
            work = broker.run(command)
        task = asyncio.create_task(work)
        running.add(task)
        task.add_done_callback(running.discard)


asyncio.run(main())
