#!/usr/bin/python3
"""A proxy that changes the data: it flips bits, drops bytes, swaps answers, sends its own pages, and loses requests.

In a test: MutatingHttp(port, seed) forwards to an HTTP server on 127.0.0.1, MutatingBroker(port, seed) to a RabbitMQ. `chance` is the
share of answers (for the broker, of pieces) that are changed; 0 changes none. `counts` has the number of changes of each kind.

Changed data without a checksum cannot be noticed: for example, a number in a body that becomes another number. So bits are flipped in the
head of an answer; in its body they are flipped only if the field itself reveals it (see FLIPPED_BODIES). A broken piece of AMQP is the
last one of its connection, because a frame whose end happens to fit would be accepted.
"""

import collections
import http.client
import json
import random
import re
import socket
import struct
import sys
import threading

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
PIECE = 64 * 1024
PAGE = (b"<!DOCTYPE html>\n<html><head><title>502</title></head><body><h1>The gateway could not reach the server</h1>"
        b"<p>Reference 8f3a</p></body></html>\n")
# Root fields of the connector's own requests, of which some begin like others, and one that it does not request.
FIELDS_WITH_AN_ERROR = ("stixCoreObject", "work", "workEdit", "isWorkAlive", "playbookStepExecution", "draftWorkspaceValidate")
# Root fields of OpenCTI whose answer names its object, or is a literal: a flipped bit is noticed there.
FLIPPED_BODIES = (b"isWorkAlive", b"toProcessed", b"playbookStepExecution", b"pingConnector")
# Answers to these say where to listen and publish, and in whose name. Any well-formed answer could be correct, so they are not changed.
UNTOUCHED_BODIES = (b"registerConnector", b"work(id")


def error_of(field):
    """→ OpenCTI's error to a request for this field"""
    error = {"message": "The draft has been validated", "path": [field], "name": "FUNCTIONAL_ERROR", "extensions": {"code": "FUNCTIONAL_ERROR"}}
    return json.dumps({"errors": [error], "data": {field: None}}).encode()


class Mutator:
    """The common part of the proxies: the seed, the chance and the counts."""

    def __init__(self, target_port, seed, chance=0.1, port=0):
        self._target = target_port
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self.chance = chance
        self.counts = collections.Counter()
        self._sockets = set()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_ones = list(self._sockets)
        for one in open_ones:
            self.reset(one)

    def draw(self, ways):
        """→ a random one of the ways, but in most cases None"""
        with self._lock:
            if self._random.random() >= self.chance:
                self.counts["passed"] += 1
                return None
            way = self._random.choice(ways)
            self.counts[way] += 1
            return way

    def number(self, below):
        with self._lock:
            return self._random.randrange(below)

    def reset(self, end):
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()
        with self._lock:
            self._sockets.discard(end)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._sockets.add(client)
            threading.Thread(target=self._guarded, args=(client,), daemon=True).start()

    def _guarded(self, client):
        try:
            self.serve(client)
        except (OSError, http.client.HTTPException, ValueError):
            pass
        finally:
            self.reset(client)

    def serve(self, client):
        raise NotImplementedError


class MutatingHttp(Mutator):
    BEFORE = ("lost before", "page instead", "cut request")
    AFTER = ("lost after", "page after", "flip", "drop", "swap", "another's error", "insert", "truncate", "two answers", "gzip", "length")

    def __init__(self, *arguments, **options):
        self._recent = collections.deque(maxlen=50)
        super().__init__(*arguments, **options)

    def serve(self, client):
        reader = client.makefile("rb")
        while request := self._read_request(reader):
            head, body = request
            way = self.draw(self.BEFORE + self.AFTER)
            if way == "lost before":
                return
            if way == "page instead":
                client.sendall(self._page())
                continue
            if way == "cut request":
                self._forward_half(head, body)
                return
            answer = self._forward(head, body)
            changed = self._change(way, answer, body)
            if changed is None:
                return
            client.sendall(changed)
            if way in ("drop", "insert", "truncate", "two answers", "gzip", "length", "flip"):
                return

    @staticmethod
    def _read_request(reader):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = reader.readline()
            if not line:
                return None
            head += line
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        return head, reader.read(int(length.group(1))) if length else b""

    def _forward(self, head, body):
        """→ status line and headers, body"""
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        connection = http.client.HTTPConnection("127.0.0.1", self._target, timeout=120)
        try:
            headers = dict(line.split(": ", 1) if ": " in line else (line.rstrip(";:"), "") for line in lines if line)
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            content = response.read()
            kept = [f"{name}: {value}" for name, value in response.getheaders()
                    if name.lower() not in ("content-length", "transfer-encoding", "connection", "keep-alive")]
            top = f"HTTP/1.1 {response.status} {response.reason}\r\n" + "".join(line + "\r\n" for line in kept)
            return top.encode("latin-1"), content
        finally:
            connection.close()

    def _forward_half(self, head, body):
        with socket.create_connection(("127.0.0.1", self._target), 10) as server:
            whole = head + body
            server.sendall(whole[:len(whole) // 2])

    def _page(self):
        status = (400, 403, 413, 429, 500, 502, 503, 504, 200)[self.number(9)]
        return self._joined(f"HTTP/1.1 {status} Gateway\r\nServer: mutating\r\nContent-Type: text/html\r\n".encode(), PAGE)

    @staticmethod
    def _joined(top, body, length=None):
        return top + f"Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body

    def _change(self, way, answer, question):
        """→ the bytes for the client; None if they are lost"""
        top, body = answer
        frozen = any(name in question for name in UNTOUCHED_BODIES)
        with self._lock:
            other = self._random.choice(self._recent) if self._recent else answer
            if not frozen:
                self._recent.append(answer)
        whole = self._joined(top, body)
        at = self.number(max(1, len(whole)))
        if way == "lost after":
            return None
        if way == "page after":
            return self._page()
        if way == "swap" and not frozen:
            return self._joined(*other)
        if way == "another's error" and b'"query"' in question:
            others = [field for field in FIELDS_WITH_AN_ERROR if f"{field}(".encode() not in question]
            return self._joined(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", error_of(others[self.number(len(others))]))
        if way == "flip":
            in_body = any(name in question for name in FLIPPED_BODIES)
            at = at if in_body else at % len(top)
            return whole[:at] + bytes([whole[at] ^ (1 << self.number(8))]) + whole[at + 1:]
        if way == "drop":
            return whole[:at] + whole[at + 1 + self.number(20):]
        if way == "insert":
            return whole[:at] + PAGE + whole[at:]
        if way == "truncate":
            return whole[:at]
        if way == "two answers":
            return self._page() + whole
        if way == "gzip":
            return self._joined(top + b"Content-Encoding: gzip\r\n", body)
        if way == "length":
            return self._joined(top, body, ("-1", "1e9", len(body) + 1000)[self.number(3)])
        return whole


class MutatingBroker(Mutator):
    WAYS = ("cut", "drop", "insert", "truncate")

    def serve(self, client):
        server = socket.create_connection(("127.0.0.1", self._target), 10)
        with self._lock:
            self._sockets.add(server)
        back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
        back.start()
        try:
            self._pump(client, server)
        finally:
            self.reset(server)
            back.join()

    def _pump(self, source, target):
        try:
            while piece := source.recv(PIECE):
                way = self.draw(self.WAYS)
                at = self.number(len(piece))
                if way == "drop":
                    piece = piece[:at] + piece[at + 1 + self.number(20):]
                elif way == "insert":
                    piece = piece[:at] + PAGE + piece[at:]
                elif way == "truncate":
                    piece = piece[:at]
                if way != "cut":
                    target.sendall(piece)
                if way:
                    break
        except OSError:
            pass
        self.reset(source)
        self.reset(target)


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in ("http", "amqp") or not sys.argv[2].isdigit():
        sys.exit(f"usage: {sys.argv[0]} http|amqp PORT [SEED]\n\n{__doc__}")
    kind = MutatingHttp if sys.argv[1] == "http" else MutatingBroker
    with kind(int(sys.argv[2]), sys.argv[3] if len(sys.argv) == 4 else 1) as proxy:
        print(json.dumps({"listening": f"127.0.0.1:{proxy.port}"}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
