# Nothing is remembered before a call is sent.
s/(sent_at, deadline, upid, request\)) VALUES \((\?(, \?)*)\)/\1 SELECT \2 WHERE 1 = 0/
