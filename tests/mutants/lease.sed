# Whoever asks for a service gets it, whoever works on it.
s/AND expires_at < \?"/AND (1 = 1 OR expires_at < ?)"/
