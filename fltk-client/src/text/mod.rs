//! Lays text out: markup, line breaks, what a place in it means.
