//! The doors people and programs use: pages, the API, sign-in, and one table of who may do what.
//!
//! A handler reads the request into types, calls one verb, shows the answer. Not here: any rule of the business.
