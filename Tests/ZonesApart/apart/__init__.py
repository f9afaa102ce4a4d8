"""Three zones as processes of three users, and every forbidden pair tried."""

import sys
from pathlib import Path

# The observer of real data knows free ports.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "RealData"))
