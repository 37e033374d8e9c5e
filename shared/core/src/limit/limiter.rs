//! What one process has taken ahead, and what it knows to be empty.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Bucket, Rate};
use crate::clock::Timestamp;
use crate::lifetime;
use crate::store::{LeaseTokens, Leased};

/// Most buckets remembered; beyond that a process starts afresh.
const MAX_BUCKETS: usize = 5_000;

/// The batches of one process.
#[derive(Default)]
pub struct Limiter(Mutex<HashMap<Bucket, Batch>>);

/// A bucket is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted {
    /// Seconds until it holds a token again: at least 1.
    pub retry_after: u64,
}

/// What is left of what was taken ahead.
#[derive(Clone, Copy)]
enum Batch {
    Left { tokens: u32, until: Timestamp },
    Empty { until: Timestamp },
}

impl Limiter {
    /// Takes one token; [`Exhausted`] where there is none. A fault of the table counts as a token.
    pub async fn take<S: LeaseTokens>(
        &self,
        store: &S,
        bucket: &Bucket,
        rate: Rate,
        now: Timestamp,
    ) -> Result<(), Exhausted> {
        if let Some(verdict) = self.take_here(bucket, now) {
            return verdict;
        }
        let wanted = rate.batch();
        match store.lease(bucket, rate, wanted, now).await {
            Ok(Leased::Granted(tokens)) => {
                let until = now.plus(lifetime::LEASE);
                self.remember(bucket, Batch::Left { tokens: tokens.saturating_sub(1), until });
                Ok(())
            }
            Ok(Leased::Empty { retry_after }) => {
                self.remember(bucket, Batch::Empty { until: now.plus(retry_after) });
                Err(Exhausted { retry_after })
            }
            Err(outage) => {
                tracing::warn!(event = "limiter_outage", %outage);
                Ok(())
            }
        }
    }

    /// `None` where only the table knows.
    fn take_here(&self, bucket: &Bucket, now: Timestamp) -> Option<Result<(), Exhausted>> {
        let mut batches = self.lock();
        match batches.get_mut(bucket)? {
            Batch::Left { tokens, until } if *tokens > 0 && now < *until => {
                *tokens -= 1;
                Some(Ok(()))
            }
            Batch::Empty { until } if now < *until => Some(Err(Exhausted { retry_after: until.since(now) })),
            Batch::Left { .. } | Batch::Empty { .. } => None,
        }
    }

    fn remember(&self, bucket: &Bucket, batch: Batch) {
        let mut batches = self.lock();
        if batches.len() >= MAX_BUCKETS {
            batches.clear();
        }
        batches.insert(bucket.clone(), batch);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Bucket, Batch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
