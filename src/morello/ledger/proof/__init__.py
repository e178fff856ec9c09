"""Proofs: everything an offline verifier needs, and nothing it does not."""
