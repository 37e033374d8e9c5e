//! How far several processes together may go beyond a bucket (R13): what each took ahead, for a stated time.

use postern_core::lifetime::LEASE;
use postern_core::limit::Limits;
use postern_testkit::{Gate, World};

use crate::limits::{limited, passed, rate};

/// A bucket of 100 to which two come back each second: a process takes ten ahead.
const BURST: u64 = 100;
const PER_SECOND: u64 = 2;
const BATCH: u64 = 10;
const GATES: u64 = 3;

/// A world with such a bucket, the token that takes from it, and cold processes.
async fn scene() -> (World, String, Vec<Gate>) {
    let (world, token) = limited(Limits { api: Some(rate(120, 100)), ..Limits::default() }).await;
    let gates = (0..GATES).map(|_| world.gate(15)).collect();
    (world, token, gates)
}

/// How many of so many requests at each process pass.
async fn sum(gates: &[Gate], token: &str, requests: u32) -> u64 {
    let mut sum = 0;
    for gate in gates {
        sum += u64::from(passed(gate, token, requests).await);
    }
    sum
}

/// What was taken ahead serves for less than a minute, on top of a bucket that is full again.
#[tokio::test]
async fn r13_the_rest_of_a_lease_serves_59_seconds_and_is_gone_at_60() {
    for (seconds, left) in [(LEASE - 1, GATES * (BATCH - 1)), (LEASE, 0)] {
        let (world, token, gates) = scene().await;
        assert_eq!(sum(&gates, &token, 1).await, GATES, "each takes ten, and uses one");
        world.clock.advance(seconds);
        assert_eq!(sum(&gates, &token, 120).await, BURST + left, "after {seconds} s");
    }
}

/// Over any time, whatever was left of a lease at its beginning.
#[tokio::test]
async fn r13_over_any_time_no_more_pass_than_burst_rate_and_one_batch_a_process() {
    let (world, token, gates) = scene().await;
    let mut passed = Vec::new();
    for (pause, requests) in [(0, 1), (LEASE - 1, 60), (1, 60), (7, 3), (LEASE - 1, 60), (LEASE, 60)] {
        world.clock.advance(pause);
        passed.push((world.now(), sum(&gates, &token, requests).await));
    }
    for (first, (begin, _)) in passed.iter().enumerate() {
        for (last, (end, _)) in passed.iter().enumerate().skip(first) {
            let sum: u64 = passed[first..=last].iter().map(|(_, passed)| passed).sum();
            let bound = BURST + PER_SECOND * (end - begin) + GATES * BATCH;
            assert!(sum <= bound, "{sum} above {bound} from {first} to {last}: {passed:?}");
        }
    }
    // The batches are no idle allowance: at one moment more passed than a bucket holds.
    assert!(passed.iter().any(|(_, passed)| *passed > BURST), "{passed:?}");
}
