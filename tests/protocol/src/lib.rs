//! The suite is in `tests/`: this package ships nothing.
