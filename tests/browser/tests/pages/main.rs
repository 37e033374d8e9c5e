//! What only a real browser proves of the pages.

mod appearance;
mod journey;
mod sign_in;
mod surroundings;
