import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# Tiny networks gain nothing from threads, and threads that wait for each other starve on a shared machine.
torch.set_num_threads(1)
