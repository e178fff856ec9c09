"""The roles of the schema: groups that cannot log in; a login is a member and connects as one.

morello_app     reads and writes under row-level security
morello_ledger  places events in the log, for all organizations
morello_jobs    owns the schema of the job queue
"""

APP, LEDGER, JOBS = "morello_app", "morello_ledger", "morello_jobs"
