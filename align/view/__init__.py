"""Bilingual views in the terminal and as HTML."""
