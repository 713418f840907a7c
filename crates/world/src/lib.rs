//! What a program needs of the world outside it, as parameters: the time, chance, waiting, tasks, the network.
//!
//! Code that takes these as arguments runs the same in the shop and in the simulation, where one seed decides
//! everything. Not here: business, storage, HTTP's meaning.
