//! CPU time of two operations, side by side: neighbours on the machine disturb both alike, and waiting counts for neither.

use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::Failure;

/// What one operation of ours costs, and one of the reference: medians, in seconds of CPU.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// Ours.
    pub(crate) ours: f64,
    /// What it stands beside.
    pub(crate) reference: f64,
}

/// Measures both once per round, turn and turn about, and gives the medians; the first round warms up and does
/// not count. Each measurement returns seconds of CPU; the first [`Failure`] ends it.
pub(crate) fn round_robin(
    rounds: u32,
    mut ours: impl FnMut() -> Result<f64, Failure>,
    mut reference: impl FnMut() -> Result<f64, Failure>,
) -> Result<Pair, Failure> {
    let (mut all_ours, mut all_reference) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let (mine, other) = if round % 2 == 0 {
            let mine = ours()?;
            (mine, reference()?)
        } else {
            let other = reference()?;
            (ours()?, other)
        };
        if round > 0 {
            all_ours.push(mine);
            all_reference.push(other);
        }
    }
    Ok(Pair { ours: median(all_ours)?, reference: median(all_reference)? })
}

/// Seconds of this thread's CPU that one call costs, over `calls` of them.
pub(crate) fn per_call<T>(
    calls: u32,
    mut operation: impl FnMut() -> Result<T, Failure>,
) -> Result<f64, Failure> {
    let start = thread_cpu()?;
    for _ in 0..calls {
        black_box(operation()?);
    }
    Ok((thread_cpu()?.saturating_sub(start)).as_secs_f64() / f64::from(calls))
}

fn thread_cpu() -> Result<Duration, Failure> {
    Ok(Duration::try_from(clock_gettime(ClockId::ThreadCPUTime))?)
}

fn median(mut values: Vec<f64>) -> Result<f64, Failure> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().ok_or_else(|| "no rounds".into())
}
