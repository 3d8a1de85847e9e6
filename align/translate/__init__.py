"""Translation with CTranslate2: tokens, batches, guards, documents."""
