"""The other end of the line: a server's tools, called over HTTP as if they were here."""
