//! What only a real browser proves of the pages.

mod appearance;
mod appearance_own;
mod journey;
mod look;
mod sign_in;
mod stored;
mod surroundings;
