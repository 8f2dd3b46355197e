#!/usr/bin/python3
"""A TCP proxy that simulates faults on request: it rejects, resets, cuts, stalls, delays or slows connections.

In a test: FaultProxy(port) forwards to 127.0.0.1:port. Manually: fault_proxy.py PORT prints its own port, and reads
commands from standard input, one per line: "stall down", "delay up 0.2", "drip both 1000", "reject_connections", "cut",
"restore".
"""

import json
import socket
import struct
import sys
import threading
import time

# Up: from the client to the server; down: from the server to the client.
DIRECTIONS = ("up", "down")
LARGEST_PIECE = 64 * 1024
DRIPS_PER_SECOND = 20
CONNECT_SECONDS = 5
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Direction:
    """The faults of one direction."""

    def __init__(self):
        self.stalled = False
        self.delay = 0.0
        self.bytes_per_second = None


class Connection:
    """One client and its connection to the server, with a thread per direction."""

    def __init__(self, proxy, client, server):
        self._proxy = proxy
        self._sockets = (client, server)
        self.closed = False
        self.threads = [threading.Thread(target=self._pump, args=(*ends, direction), daemon=True)
                        for direction, ends in (("up", (client, server)), ("down", (server, client)))]
        for thread in self.threads:
            thread.start()

    def _pump(self, source, target, direction):
        try:
            while self._proxy.wait_until_open(self, direction):
                piece = source.recv(LARGEST_PIECE)
                # Bytes that arrive during a stall stay here, as on a line that was cut.
                if not piece or not self._proxy.wait_until_open(self, direction):
                    break
                self._pass_on(target, piece, self._proxy.ways[direction])
        except OSError:
            pass
        self.close()

    @staticmethod
    def _pass_on(target, piece, way):
        time.sleep(way.delay)
        while piece:
            limit = way.bytes_per_second
            size = len(piece) if limit is None else max(1, limit // DRIPS_PER_SECOND)
            target.sendall(piece[:size])
            piece = piece[size:]
            if limit is not None:
                time.sleep(1 / DRIPS_PER_SECOND)

    def close(self):
        """Closes both sides with a reset, as a broken line does."""
        if self.closed:
            return
        self.closed = True
        for end in self._sockets:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                # Wakes the thread that reads from it; the other side does not notice.
                end.shutdown(socket.SHUT_RD)
            except OSError:
                pass
        self._proxy.forget(self)

    def release(self):
        for end in self._sockets:
            end.close()


class FaultProxy:
    """Thread-safe. Use as a context manager, or call close()."""

    def __init__(self, target_port, port=0):
        self._target = ("127.0.0.1", int(target_port))
        self._changed = threading.Condition()
        self._connections = set()
        self._closing = False
        self._listener = None
        self.ways = {direction: Direction() for direction in DIRECTIONS}
        self._resetting = False
        self.accepted = 0
        self.reset = 0
        self.port = port
        self._listen()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- faults ---

    def reject_connections(self):
        """Closes the port, so that new connections are rejected; open ones stay open."""
        listener, self._listener = self._listener, None
        if listener:
            listener.shutdown(socket.SHUT_RDWR)
            self._accepting.join()
            listener.close()

    def reset_connections(self):
        """Accepts new connections and resets them at once, and counts them; open ones stay open."""
        self._resetting = True

    def cut(self):
        """Resets the open connections."""
        with self._changed:
            connections = list(self._connections)
        for connection in connections:
            connection.close()

    def stall(self, direction="both"):
        """Forwards nothing and closes nothing: a half-open connection, as when a host or a firewall has forgotten it."""
        self._set(direction, stalled=True)

    def delay(self, seconds, direction="both"):
        """Delays each piece, and so all pieces behind it."""
        self._set(direction, delay=float(seconds))

    def drip(self, bytes_per_second, direction="both"):
        self._set(direction, bytes_per_second=int(bytes_per_second))

    def restore(self):
        """Ends all faults; stalled connections continue."""
        self._set("both", stalled=False, delay=0.0, bytes_per_second=None)
        self._resetting = False
        if not self._listener:
            self._listen()

    def close(self):
        with self._changed:
            self._closing = True
        self.reject_connections()
        self.cut()

    # --- implementation ---

    def _set(self, direction, **change):
        with self._changed:
            for name in DIRECTIONS if direction == "both" else (direction,):
                for key, value in change.items():
                    setattr(self.ways[name], key, value)
            self._changed.notify_all()

    def _listen(self):
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._accepting = threading.Thread(target=self._accept, args=(listener,), daemon=True)
        self._accepting.start()

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = self._connect()
            if server is None:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                client.close()
                self.reset += 1
                continue
            server.settimeout(None)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._changed:
                self.accepted += 1
                self._connections.add(Connection(self, client, server))

    def _connect(self):
        """→ a connection to the server; None if connections are reset."""
        try:
            return None if self._resetting else socket.create_connection(self._target, CONNECT_SECONDS)
        except OSError:
            return None

    def wait_until_open(self, connection, direction):
        """Waits while this direction is stalled. → whether the connection is still open"""
        with self._changed:
            self._changed.wait_for(lambda: connection.closed or not self.ways[direction].stalled)
        return not connection.closed

    def forget(self, connection):
        with self._changed:
            self._connections.discard(connection)
            self._changed.notify_all()

        def release():
            for thread in connection.threads:
                if thread is not threading.current_thread():
                    thread.join()
            connection.release()
        threading.Thread(target=release, daemon=True).start()


def main():
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit(f"usage: {sys.argv[0]} PORT\n\n{__doc__}")
    with FaultProxy(sys.argv[1]) as proxy:
        print(json.dumps({"listening": f"127.0.0.1:{proxy.port}"}), flush=True)
        for line in sys.stdin:
            command, *words = line.split() or [""]
            direction = [word for word in words if word in (*DIRECTIONS, "both")]
            numbers = [float(word) for word in words if word not in direction]
            if command in ("reject_connections", "reset_connections", "cut", "stall", "delay", "drip", "restore"):
                getattr(proxy, command)(*numbers, *direction)
            else:
                print(f"no such command: {command}", file=sys.stderr)


if __name__ == "__main__":
    main()
