"""Pictures that people give: drawn anew in a process of its own, so that only the picture is left.

What else was in the file (where it was taken, by which camera, a thumbnail of what was cut off)
goes, and whatever is wrong with the file goes wrong elsewhere.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, ImageOps

from companion import processes
from companion.errors import Refused
from companion.messages import gettext

COMMAND = processes.python("companion.moderation.pictures")
LARGEST = 8 * 2**20
MOST_PIXELS = 40_000_000
KINDS = ("PNG", "JPEG", "WEBP")
MEDIA_TYPE = "image/webp"
SIDES = 2_400, 1_600
MOST_SENT = 600 * 2**10
QUALITIES = 80, 60, 40
SECONDS = 20
WAIT, RETRY = 10, 60  # seconds: for one's turn, and until it is worth another try
MEMORY = 1_200 * 2**20
TOO_LARGE = gettext("That is more than 8 MB. Choose a smaller picture.")
NO_PICTURE = gettext(
    "That is no picture that can be used. Choose a PNG, JPEG or WebP file of at most 40 megapixels."
)
BUSY = gettext("Other pictures are being drawn just now. Send yours again in a minute.")
_turns = threading.BoundedSemaphore(2)  # each may take as much memory as above


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept and sent."""

    image: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Return what tells it from any other."""
        return sha256(self.image).hexdigest()[:16]


def redraw(data: bytes) -> Picture:
    """Return a picture drawn anew, upright, no larger than is needed; raises Refused."""
    if len(data) > LARGEST:
        raise Refused(TOO_LARGE)
    try:
        with _turn():
            drawn = _run(data)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise Refused(NO_PICTURE) from None
    size, _, image = drawn.partition(b"\n")
    width, height = map(int, size.split())
    return Picture(image, width, height)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one's turn, and no longer than a browser waits; raises Refused."""
    if not _turns.acquire(timeout=WAIT):
        raise Refused(BUSY, retry_after=RETRY)
    try:
        yield
    finally:
        _turns.release()


def _run(data: bytes) -> bytes:
    done = subprocess.run(  # noqa: S603 (our own command)
        COMMAND,
        input=data,
        capture_output=True,
        timeout=SECONDS,
        check=True,
        cwd=processes.FOLDER,
        env=processes.environment(),
    )
    return done.stdout


def main() -> None:
    """Read a picture from standard input, and write its size and itself, drawn anew."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=KINDS) as given:
        if given.width * given.height > MOST_PIXELS:
            sys.exit(1)
        upright = ImageOps.exif_transpose(_smaller(given))
    image, size = _encoded(_on_paper(upright))
    sys.stdout.buffer.write(b"%d %d\n%b" % (*size, image))


def _smaller(given: Image.Image) -> Image.Image:
    """Return a picture as small as it is to be whichever way it is turned."""
    drawn = given.convert("RGBA") if given.mode == "P" else given
    drawn.thumbnail((max(SIDES), max(SIDES)))
    return drawn


def _on_paper(given: Image.Image) -> Image.Image:
    """Return a picture with white where there was nothing: notes lie on it by night as well."""
    drawn = given.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    paper.thumbnail(SIDES)
    return paper.convert("RGB")


def _encoded(drawn: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """Return a picture's bytes and its size: as good as there is room for."""
    for quality in QUALITIES:
        out = io.BytesIO()
        drawn.save(out, "WEBP", quality=quality)
        if out.tell() <= MOST_SENT:
            return out.getvalue(), drawn.size
    return _encoded(drawn.reduce(2))


if __name__ == "__main__":
    main()
