//! `sotto`, the desktop client.

fn main() {}
