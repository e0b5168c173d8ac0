"""Another site, on an origin of its own, with pages that a test writes."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The series</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Our talk</h1>{body}<p>Below the board.</p></main></body></html>
"""


class OtherSite:
    """Serves pages by their paths.

    To a browser ``origin`` is of another site than 127.0.0.1 is, ``sibling`` of the same.
    """

    def __init__(self) -> None:
        """Begin to serve, without any page yet."""
        self.pages = pages = dict[str, str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html = pages.get(self.path)
                self.send_response(200 if html else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((html or "").encode())

            def log_message(self, *_said: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://localhost:{self._server.server_port}"
        self.sibling = f"http://127.0.0.1:{self._server.server_port}"

    def show(self, path: str, body: str) -> str:
        """Have a page with this in it; return its address."""
        self.pages[path] = PAGE.format(body=body)
        return self.origin + path

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
