# The task that a call became is not written down.
s/(SET upid = \? WHERE id = \?)/\1 AND 1 = 0/
