"""A series' logo: what it is and how wide, by its contents."""

import struct

import pytest

from companion.look.logo import MOST, logo_path, read_logo

SVG = '<?xml version="1.0"?>\n<!-- ours -->\n<svg xmlns="http://www.w3.org/2000/svg" {}></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 300, 100) + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 50, 200) + bytes(20)


@pytest.mark.parametrize(
    ("data", "kind", "ratio"),
    [
        (SVG.format('viewBox="0 0 40 20"'), "image/svg+xml", 2),
        (SVG.format('width="30mm" height="10mm"'), "image/svg+xml", 3),
        (PNG, "image/png", 3),
        (JPEG, "image/jpeg", 4),
    ],
)
def test_a_picture_is_known_by_its_contents(tmp_path, data, kind, ratio):
    path = tmp_path / "logo"
    path.write_bytes(data.encode() if isinstance(data, str) else data)

    logo = read_logo(path)

    assert (logo.kind, logo.ratio, logo.data) == (kind, ratio, path.read_bytes())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        SVG.format("").encode(),
        PNG[:12],
        JPEG[:6],
        SVG.format('viewBox="0 0 0 0"').encode(),
        SVG.format('viewBox="a b c d"').encode(),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path, data):
    (tmp_path / "logo.svg").write_bytes(data)

    with pytest.raises(ValueError, match="is no SVG, PNG or JPEG that says how large it is"):
        read_logo(tmp_path / "logo.svg")


def test_a_large_picture_is_refused(tmp_path):
    (tmp_path / "logo.png").write_bytes(PNG + bytes(MOST))

    with pytest.raises(ValueError, match="is larger than 200 KB"):
        read_logo(tmp_path / "logo.png")


def test_a_logo_is_looked_for_in_the_folder_of_talks(tmp_path):
    (tmp_path / "logo.png").write_bytes(PNG)

    assert logo_path("logo.png", tmp_path) == tmp_path / "logo.png"
    assert logo_path(str(tmp_path / "logo.png"), tmp_path / "talks") == tmp_path / "logo.png"
    with pytest.raises(ValueError, match="there is no file"):
        logo_path("none.png", tmp_path)
