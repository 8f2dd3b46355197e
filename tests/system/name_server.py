"""A name server that knows one name, and answers over UDP."""

import ipaddress
import socket
import struct
import threading

A, IN = 1, 1
RESPONSE, NOT_FOUND = 0x8400, 3


def question(query):
    """→ the name and the type in a query, and the offset at which its question ends."""
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1:at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels).lower(), struct.unpack_from("!H", query, at + 1)[0], at + 5


class NameServer:
    """Answers with the address of `name`, in a separate thread; for all other names, that they do not exist. Port 53 needs root."""

    def __init__(self, host, name, address):
        self.asked = set()
        self._name, self._address = name, ipaddress.IPv4Address(address).packed
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 53))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            query, sender = self._socket.recvfrom(512)
            if not query:
                return
            name, kind, end = question(query)
            self.asked.add(name)
            found, answer = name == self._name, b""
            if found and kind == A:
                answer = struct.pack("!HHHIH", 0xC00C, A, IN, 0, len(self._address)) + self._address
            header = struct.pack("!2sHHHHH", query[:2], RESPONSE if found else RESPONSE | NOT_FOUND, 1, 1 if answer else 0, 0, 0)
            self._socket.sendto(header + query[12:end] + answer, sender)

    def close(self):
        # An empty datagram ends the thread.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()
