"""An observer outside of Sluice that plays upstreams, handlers and sources, breaks what it can, and keeps its own books."""

import sys
from pathlib import Path

#: The observer of real data has a client and servers that serve here as well.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "RealData"))
