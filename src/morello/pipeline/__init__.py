"""The one corridor that every call walks."""
