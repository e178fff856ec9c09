"""The Python face: plain functions over the pipeline, for scripts and notebooks."""
