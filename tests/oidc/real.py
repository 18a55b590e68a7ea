"""The real provider: installed once by npm beside this file, started on a free port, told who people are."""

from __future__ import annotations

import fcntl
import hashlib
import html
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx

from service.local.islands.assets import ISLANDS
from service.local.islands.node import Node, find_or_fetch

HERE = Path(__file__).parent
CLIENT, SECRET = "hientruong", "mot bi mat + co dau %"
SUBMIT = re.compile(r'<form[^>]*action="([^"]+)"')


@dataclass
class Real:
    """The provider at `issuer`."""

    issuer: str

    def says(self, login: str, **claims: object) -> None:
        """What is told of a person from now on."""
        httpx.put(f"{self.issuer}/test/people/{login}", json=claims, timeout=30).raise_for_status()

    def sign_in(self, address: str, login: str, home: str) -> str:
        """What a browser that is new there does at `address`; where it is sent in the end, at `home`."""
        with httpx.Client(timeout=30) as browser:
            answer = browser.get(address)
            while True:
                if answer.is_redirect:
                    address = urljoin(str(answer.url), answer.headers["location"])
                    if address.startswith(home):
                        return address
                    answer = browser.get(address)
                    continue
                form = SUBMIT.search(answer.text)
                assert answer.status_code == 200 and form, answer.text
                sent = {"prompt": "login", "login": login, "password": "x"}
                answer = browser.post(urljoin(str(answer.url), html.unescape(form[1])), data=sent)


@contextmanager
def real_provider(home: str) -> Iterator[Real]:
    """The provider, which knows the service at `home`."""
    node = installed()
    known = {
        "client": CLIENT,
        "secret": SECRET,
        "redirects": [f"{home}/login/oidc/callback"],
        "leaving": [f"{home}/login"],
    }
    program = [str(node.folder / "node"), "provider.mjs"]
    environment = {**node.environment(), "PROVIDER": json.dumps(known)}
    with subprocess.Popen(
        program, cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            said = process.stdout.readline().split()
            assert said[:1] == ["ready"], "the provider did not start"
            yield Real(said[1])
        finally:
            process.terminate()


def installed() -> Node:
    """Node.js, with the provider beside this file; fetched again when its versions change."""
    files = [HERE / "package.json", HERE / "package-lock.json"]
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp = HERE / "node_modules" / ".stamp"
    with (HERE / ".stamp-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        node = find_or_fetch(ISLANDS / ".node", print)
        if not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([*node.npm, "ci", "--silent"], cwd=HERE, env=node.environment(), check=True)
            stamp.write_text(wanted)
    return node
