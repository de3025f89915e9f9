//! What the tests of more than one crate share. The benchmark beside it (`bench/`) shares nothing
//! with them.

pub mod lab;
