"""Presidio's own findings in English text, and the same findings faster."""

from __future__ import annotations

from finewarden.personal_data.english.engine import EnglishEngine, load

__all__ = ["EnglishEngine", "load"]
