"""The API described, as OpenAPI 3.1, from the declarations."""
