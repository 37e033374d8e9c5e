//! A real browser, driven as a person drives it, and the app that it comes back to.

mod browser;
mod callback;
mod chromedriver;
mod screen;

pub use browser::Browser;
pub use callback::{Callback, Visit};
pub use screen::{Screen, Theme};
