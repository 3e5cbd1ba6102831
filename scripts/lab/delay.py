#!/usr/bin/env python3
"""A switch that passes frames on later: delay.py DELAY JITTER PORT...   (milliseconds; network interfaces)

Learns which address is behind which port, like a bridge, and keeps the order of frames between two ports. Frames
come with the kernel's notes on offload (virtio_net_hdr) and are sent with them, so 64 KiB go through in one piece.
Goes into the background once it works, and runs until it is killed.
"""
import collections
import os
import random
import select
import socket
import sys
import time

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23  # linux/if_packet.h
ETH_P_ALL = 3
HEADER = 10  # bytes of virtio_net_hdr before a frame
MAX_FRAME = 1 << 17
BUFFER = 64 << 20  # bytes; frames that wait for this program


class Port:
    def __init__(self, name):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), BUFFER)
        self.socket.bind((name, ETH_P_ALL))
        self.socket.setblocking(False)
        self.waiting = collections.deque()  # (time due, frame)

    def receive(self):
        try:
            return self.socket.recv(MAX_FRAME)
        except OSError:  # nothing left, or the cable is out
            return b""

    def send_due(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            try:
                self.socket.send(self.waiting.popleft()[1])
            except OSError:  # queue full or cable out: lost, as on any network
                pass


def main():
    delay, jitter = (float(argument) / 1000 for argument in sys.argv[1:3])
    ports = {port.socket: port for port in map(Port, sys.argv[3:])}
    home = {}  # address -> port
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)

    while True:
        due = [port.waiting[0][0] for port in ports.values() if port.waiting]
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        readable, _, _ = select.select(list(ports), [], [], timeout)
        now = time.monotonic()
        for source in (ports[key] for key in readable):
            while frame := source.receive():
                to, sender = frame[HEADER:HEADER + 6], frame[HEADER + 6:HEADER + 12]
                home[sender] = source
                at = now + delay + random.uniform(0, jitter)
                for port in [home[to]] if to in home else ports.values():
                    if port is not source:
                        last = port.waiting[-1][0] if port.waiting else 0
                        port.waiting.append((max(at, last), frame))
        for port in ports.values():
            port.send_due(time.monotonic())


if __name__ == "__main__":
    main()
