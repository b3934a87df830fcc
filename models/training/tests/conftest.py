import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# Tiny networks gain nothing from threads, and threads that wait for each other starve on a shared machine.
torch.set_num_threads(1)

from tiny_data import write_shards  # noqa: E402  # needs the path above


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of three shards of four random heads."""
    folder = tmp_path_factory.mktemp("shards")
    write_shards(folder)
    return folder
