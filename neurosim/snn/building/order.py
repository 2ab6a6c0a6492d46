"""Order of what happens to the spikes of one time step, in Brian2's slot ``synapses``."""

TRANSMIT, LEARN_PRE, LEARN_POST, INHIBIT, CLEAR, ARRIVE = 0, 1, 2, 10, 11, 20
