"""Every Python block of the guides runs, and prints what its comments say."""

import re

import pytest
from conftest import REPOSITORY

PAGES = ["docs/python.md", "python/README.md"]


@pytest.mark.parametrize("page", PAGES)
def test_blocks(page, capsys):
    blocks = re.findall(r"^```python\n(.*?)^```", (REPOSITORY / page).read_text(), re.M | re.S)
    names = {}
    for block in blocks:
        if "cvxpy" in block:
            pytest.importorskip("cvxpy")
        exec(compile(block, page, "exec"), names)
        printed = capsys.readouterr().out.splitlines()
        promised = re.findall(r"^print\(.*\)  # (.*)$", block, re.M)
        if len(promised) == block.count("print("):
            assert printed == promised
    assert blocks
