//! FLTK: the only place that names its types.
