"""Work that outlives a request and a process: jobs, schedules, and the outbox that feeds them.

`port.py` is what the rest of the API knows; `engine.py` carries it out with DBOS and is the only module that imports
it; `relay.py` hands the outbox over. Jobs are carried out at least once, so each must be harmless when repeated.
"""
