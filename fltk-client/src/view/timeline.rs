//! TODO timeline.
