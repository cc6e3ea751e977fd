"""Generated text that the built-in zstd dictionary is trained on."""
