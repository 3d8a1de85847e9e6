"""Sentence segmentation."""
