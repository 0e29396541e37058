//! Every limit ends the run with its own reason.
