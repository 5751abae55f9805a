"""`patchbay extensions`: the directory from a terminal, over the bus alone."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from extensions_stack import ExtensionsStack, binary, worker


@pytest.fixture(scope="module")
def stack():
    with ExtensionsStack(1) as stack:
        yield stack


def run(stack, *arguments: str, code: int = 0, stdin: str = "") -> str:
    command = [str(binary("patchbay")), "extensions", *arguments, f"--run-dir={stack.broker.run_dir}"]
    environment = os.environ | {"PATCHBAY_STATE_DIR": str(stack.broker.base / "none"), "NO_COLOR": "1"}
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=90, env=environment, cwd=stack.broker.base
    )
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def test_a_directory_is_made_published_and_taken_back(stack, tmp_path):
    file = tmp_path / "directory.csv"
    file.write_text(f"extension,worker_sid,worker_name\n2000,{worker(1)},Ana Ruiz\n0042,{worker(2)},Ben Cole\n")
    assert "2 created" in run(stack, "import", str(file), "--dry-run")
    assert "No records" in run(stack, "list")
    said = run(stack, "import", str(file))
    assert "2 created" in said
    batch = said.rsplit("undo ", 1)[1].strip()
    assert "Ana Ruiz" in run(stack, "list") and "0042" in run(stack, "list", "--query", "ben")
    assert [r["extension"] for r in json.loads(run(stack, "list", "--format=json"))] == ["0042", "2000"]
    assert "version 1: deployed" in run(stack, "publish", "--note", "first")
    status = run(stack, "status")
    assert "published: version 1 with 2 extensions" in status and "0 unpublished changes" in status
    exported = run(stack, "export")
    assert "0042,worker" in exported
    assert "2 unchanged" in run(stack, "import", "-", stdin=exported)
    assert "+ 0042" in run(stack, "history") or "+ 2000" in run(stack, "history")
    assert "2000" in run(stack, "history", "--of", "2000")
    assert "2 deleted" in run(stack, "undo", batch)
    assert "2 unpublished changes" in run(stack, "status")
    assert "version 2: deployed" in run(stack, "rollback", "1", "--reset-draft")
    assert "Ana Ruiz" in run(stack, "list") and "0 unpublished changes" in run(stack, "status")
    assert len(json.loads(run(stack, "export", "--format=json", "--version=1"))) == 2


def test_refusals_have_their_codes(stack, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("extension,queue\n12,Sales\n")
    assert "row 2, extension" in run(stack, "import", str(file), code=1)
    file.write_text("extension,colour\n")
    assert "colour" in run(stack, "import", str(file), code=65)
    assert "no version 99" in run(stack, "rollback", "99", code=1)
    # Without a project nobody serves it: the call waits for somebody until its deadline.
    assert "configured" in run(stack, "transfer", "sync-import", code=69)
