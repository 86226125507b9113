"""A sandbox that only tells the time."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class TimeTeller:
    """A sandbox as far as its clock goes; counts how often it is asked."""

    def __init__(self) -> None:
        self.answer: object = {"now": "2026-03-02T09:00:00Z", "offset_seconds": 0}
        self.asked_count = 0
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def tell(self, offset_seconds: float) -> None:
        """Move its clock."""
        self.answer = {"now": "2026-03-02T09:00:00Z", "offset_seconds": offset_seconds}

    def stop(self) -> None:
        """Fall silent; safe to call twice."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        teller = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                teller.asked_count += 1
                is_known = self.path == "/_control/clock"
                self.send_response(200 if is_known else 404)
                self.end_headers()
                self.wfile.write(json.dumps(teller.answer).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Quietly."""

        return Handler
