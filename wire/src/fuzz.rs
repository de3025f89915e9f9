//! Bodies for fuzzers: arbitrary bytes in, no panic. Each runs once in a unit test as well.
