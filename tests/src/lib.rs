//! What the tests of the whole share. The benchmark beside it (`bench/`) shares nothing with them.
