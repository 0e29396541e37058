-- Finished submissions by what was handed in: the same again, with a seed, has its answer already.
CREATE INDEX submissions_answers ON submissions (fingerprint, owner) WHERE state = 'finished';
