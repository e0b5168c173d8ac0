"""WebSocket frames as bytes, well-formed or not, for tests that say what no browser would."""

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FINAL = 0x80


def masked(payload: bytes, first: int, mask: bytes = b"\x01\x02\x03\x04") -> bytes:
    """Return a client's frame; ``first`` is its first byte: final bit, reserved bits, opcode."""
    size = len(payload)
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65536:
        head = bytes((first, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, 0x80 | 127)) + size.to_bytes(8, "big")
    pad = (mask * (size // 4 + 1))[:size]
    body = int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")
    return head + mask + body.to_bytes(size, "big")


def read_frames(data: bytes) -> list[tuple[int, bytes]]:
    """Return the opcode and payload of each frame that a server has sent, all of them whole."""
    found = []
    while data:
        first, size, start = data[0], data[1], 2
        assert first & 0xF0 == FINAL, f"not a whole, plain frame: {first:#x}"
        assert size < 128, "masked by the server"
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(data[2:start], "big")
        assert len(data) >= start + size, "cut short"
        found.append((first & 0x0F, data[start : start + size]))
        data = data[start + size :]
    return found
