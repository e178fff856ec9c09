"""Engines that read versions and answer queries, and the sandbox around them."""
