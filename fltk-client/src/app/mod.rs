//! Turns what comes in into a changed state, and into what is to be done outside.

mod out;

pub use out::Out;
