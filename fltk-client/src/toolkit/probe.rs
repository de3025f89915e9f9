//! What a test in this process looks at: paints scenes without a window, and reads them back.
