"""What the figure `lookup` of deploy/bench needs: a published directory as the Gateway keeps it, and signed requests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import pathlib

COUNT = 100_000
PER_CHUNK = 256


def number(index: int) -> str:
    return format(index, "06d")


def worker(index: int) -> str:
    return "WK" + format(index * 7919 + 1, "032x")


def write_directory(path: pathlib.Path) -> int:
    """Writes COUNT extensions in the format of the Gateway's DirectoryFile; the size of a lookup's answer."""
    entries = []
    for index in range(COUNT):
        name = f"Agent {number(index)}"
        target = {"type": "worker", "workerSid": worker(index), "workerName": name}
        entries.append({"number": number(index), "target": target, "spokenName": name})
    chunks = []
    for start in range(0, COUNT, PER_CHUNK):
        lines = [json.dumps(entry, separators=(",", ":")) + "\n" for entry in entries[start : start + PER_CHUNK]]
        chunks.append("".join(lines).encode())
    hashes = [hashlib.sha256(chunk).hexdigest() for chunk in chunks]
    manifest = {
        "version": 1,
        "count": COUNT,
        "sha256": hashlib.sha256("".join(name + "\n" for name in hashes).encode()).hexdigest(),
        "publishedBy": "bench",
        "publishedAt": "2026-01-01T00:00:00Z",
        "draftRevision": 1,
        "chunks": hashes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(json.dumps(manifest, separators=(",", ":")).encode() + b"\n")
        for chunk in chunks:
            file.write(f"{len(chunk)}\n".encode() + chunk)
    answer = {"found": True, "workerSID": worker(0), "target": entries[0]["target"], "spokenName": "Agent 000000"}
    return len(json.dumps(answer, separators=(",", ":")))


def padded_url(size: int) -> str:
    """A development_url with which the answer of /v1/auth has `size` bytes."""
    empty = len(json.dumps({"methods": ["development"], "developmentURL": ""}, separators=(",", ":")))
    url = "http://127.0.0.1/"
    return url + "x" * max(0, size - empty - len(url))


def requests(url: str, token: str) -> str:
    """A script for wrk that asks for 20,000 extensions, one after the other, each signed."""
    entries = []
    for index in range(20_000):
        digits = number(index * 5 % COUNT)
        code = hmac.new(token.encode(), f"{url}agentExt{digits}".encode(), hashlib.sha1).digest()
        entries.append("{[[agentExt=%s]],[[%s]]}" % (digits, base64.b64encode(code).decode()))
    return wrk_script(entries)


def wrk_script(entries: list[str]) -> str:
    """A script for wrk that posts `{[[form]],[[signature]]}` entries one after the other.

    They are formatted before the load starts: wrk shares the machine with what it measures.
    """
    return (
        "local R={" + ",\n".join(entries) + "}\nlocal Q,i={},0\n"
        "function init()\n"
        '  local kind="application/x-www-form-urlencoded; charset=utf-8"\n'
        '  for n,r in ipairs(R) do Q[n]=wrk.format("POST",nil,{["Content-Type"]=kind,["X-Twilio-Signature"]=r[2]},r[1]) end\n'
        "  R=nil end\n"
        "function request() i = i % #Q + 1; return Q[i] end\n"
        'function done(s,l,r) io.write(string.format("RES %d %f %f %d\\n", s.requests, s.duration/1e6,'
        " l:percentile(99), s.errors.status+s.errors.connect+s.errors.read+s.errors.write+s.errors.timeout)) end\n"
    )
