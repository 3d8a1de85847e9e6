"""align: translate documents sentence by sentence, keep the alignment, look at it and score it."""

from __future__ import annotations

__version__ = "0.1.0"
