from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def examples():
    """The folder of example files."""
    return REPOSITORY / "examples"
