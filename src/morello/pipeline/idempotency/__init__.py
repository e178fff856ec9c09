"""Idempotency: the same key gets the first answer again, and the work is done once.

The first answer is kept together with what the call did. Where that is durable, two processes that
work on the same key at once cannot both commit: the one that comes second takes back what it did
and gives the answer of the first.
"""
