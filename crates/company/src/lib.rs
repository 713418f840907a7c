//! One company at work: its log opened, its book and its exchange folded, commands decided in turns and made durable.
//!
//! Not here: the rules (`book`), the network (`sync`), the pages (`web`).
