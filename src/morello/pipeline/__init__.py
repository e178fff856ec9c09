"""The one corridor that every call walks: `call.py` is the place to start reading."""
