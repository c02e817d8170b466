"""These tests read real license texts, which are not in the tree: `tox run -e license-texts` gets them."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("FINEWARDEN_LICENSE_TEXTS") else ["test_*.py"]
