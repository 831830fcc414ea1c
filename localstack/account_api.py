"""Stands in for AWS Account Management: the account has exactly the regions of the estate.

ministack lists every region of AWS and cannot be told otherwise; moto does not have the service.
Where an emulator answers, its answer (a refusal included) is passed on, narrowed to the estate.
"""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from estate import ESTATE

REGIONS = [region.name for region in ESTATE.regions]
ANSWER = {"Regions": [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in REGIONS]}


@contextmanager
def serving(upstream: str | None) -> Iterator[str]:
    """The endpoint of a stand-in, for as long as the block runs."""

    class Handler(_Handler):
        emulator = upstream

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    emulator: str | None = None
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.rstrip("/") != "/listRegions":
            self._answer(404, {}, b'{"message": "no such operation"}')
        elif self.emulator is None:
            self._answer(200, {}, json.dumps(ANSWER).encode())
        else:
            self._answer(*self._ask(self.emulator, body))

    def _ask(self, emulator: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        # The signature covers the headers as they came, `Host` included.
        request = urllib.request.Request(emulator + self.path, body, dict(self.headers), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                regions = json.load(answer)["Regions"]
                kept = [region for region in regions if region["RegionName"] in REGIONS]
                return answer.status, {}, json.dumps({"Regions": kept}).encode()
        except urllib.error.HTTPError as refusal:
            kind = {name: value for name, value in refusal.headers.items() if name.lower() == "x-amzn-errortype"}
            return refusal.code, kind, refusal.read()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: standard error belongs to the command that is run."""
