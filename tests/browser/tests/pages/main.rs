//! What only a real browser proves of the pages.

mod appearance;
mod journey;
mod look;
mod sign_in;
mod stored;
mod surroundings;
