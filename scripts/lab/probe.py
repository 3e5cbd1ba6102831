#!/usr/bin/env python3
"""What a connection is good for: `probe.py serve` on one host, `probe.py ADDRESS` on another.

Prints the bytes per second that the address takes in, and the median round trip of one byte."""
import socket
import statistics
import sys
import time

PORT = 9099
ROUND_TRIPS = 50
SECONDS = 2


def serve():
    with socket.create_server(("", PORT)) as server:
        server.settimeout(30)
        connection, _ = server.accept()
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(ROUND_TRIPS):
            connection.sendall(connection.recv(1))
        buffer, received, start = bytearray(1 << 20), 0, time.monotonic()
        while count := connection.recv_into(buffer):
            received += count
        connection.sendall(b"%.0f" % (received / (time.monotonic() - start)))


def connect(address):
    for attempt in range(100):
        try:
            return socket.create_connection((address, PORT), timeout=30)
        except ConnectionRefusedError:  # the server is still starting
            time.sleep(0.05)
    sys.exit(f"probe.py: nothing listens at {address}:{PORT}")


def measure(address):
    with connect(address) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        times = []
        for _ in range(ROUND_TRIPS):
            start = time.monotonic()
            connection.sendall(b"x")
            connection.recv(1)
            times.append(time.monotonic() - start)
        chunk, end = bytes(1 << 16), time.monotonic() + SECONDS
        while time.monotonic() < end:
            connection.sendall(chunk)
        connection.shutdown(socket.SHUT_WR)
        rate = float(connection.recv(64))
    print(f"{rate / 1e6:.2f} MB/s, round trip {statistics.median(times) * 1000:.3f} ms")


if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else measure(sys.argv[1])
