"""The shipped sample: a made-up restaurant group, so that everything can be tried at once."""
