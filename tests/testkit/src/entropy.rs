//! Randomness that is the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use postern_core::entropy::Entropy;

/// SHA-256 of a counter: every draw differs from every other, and each run draws the same.
#[derive(Debug, Default)]
pub struct SeededEntropy(AtomicU64);

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let draw = self.0.fetch_add(1, Ordering::SeqCst);
            let block = digest(&SHA256, &draw.to_be_bytes());
            for (byte, drawn) in chunk.iter_mut().zip(block.as_ref()) {
                *byte = *drawn;
            }
        }
    }
}
