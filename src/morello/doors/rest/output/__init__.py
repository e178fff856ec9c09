"""From a reply to an answer: JSON, tables, files, cookies, problems."""
