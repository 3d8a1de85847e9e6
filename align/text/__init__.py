"""Reading text: decoding, documents and their paragraph structure."""
