//! What one process has counted and not yet written.
//!
//! The first request of a connection is written at once, later ones a minute or a thousand requests after the last
//! write, by the next request of any connection. However many connections there are, the process writes once a second or
//! once in ten requests, whichever is more: a request costs no call on average. What is not written when the process ends
//! is lost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Requests;
use crate::clock::Timestamp;
use crate::id::{ClientId, TenantId};

/// How long a process counts for a connection before it writes again, in seconds.
const INTERVAL: u64 = 60;
/// The most that it counts meanwhile.
const MOST: u64 = 1_000;
/// Most connections that a process counts for. Beyond that those of which nothing waits make room, and where there is
/// none a request is not counted: nobody's counts are lost to another (S17).
const MAX_CONNECTIONS: usize = 2_000;
/// A write for so many requests, where more than one a second come.
const REQUESTS_A_WRITE: u32 = 10;

/// The counts of one process.
#[derive(Default)]
pub struct Meter(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    of: HashMap<(TenantId, ClientId), Here>,
    /// The last write, of whichever connection.
    written_at: Option<Timestamp>,
    /// Requests since then.
    since: u32,
}

/// The count of one connection.
struct Here {
    /// What waits to be written.
    waiting: Requests,
    /// The last write on this day.
    written_at: Option<Timestamp>,
}

/// Requests of one connection that are to be written.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct Batch {
    /// The customer.
    pub tenant_id: TenantId,
    /// The platform.
    pub client_id: ClientId,
    /// The requests, of one day.
    pub requests: Requests,
}

impl Meter {
    /// Counts a request that came `now`; what is to be written by it, of this connection or of another one.
    pub fn count(
        &self,
        connection: (&TenantId, &ClientId),
        is_allowed: bool,
        now: Timestamp,
    ) -> Option<Batch> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (connection.0.clone(), connection.1.clone());
        counts.since = counts.since.saturating_add(1);
        if !counts.has_room_for(&key) {
            return None;
        }
        let may_write = counts.may_write(now);
        let here = counts.of.entry(key.clone()).or_insert_with(|| Here::begin(now));
        let of_yesterday = if here.waiting.day == now.day() { None } else { here.end_day(now) };
        here.add(is_allowed, now);
        let due = of_yesterday.or_else(|| may_write.then(|| here.take_due(now)).flatten());
        let batch = due.map(|requests| Batch::of(&key, requests));
        let batch = batch.or_else(|| may_write.then(|| counts.take_overdue(now)).flatten());
        if batch.is_some() {
            (counts.written_at, counts.since) = (Some(now), 0);
        }
        batch
    }
}

impl Counts {
    fn has_room_for(&mut self, key: &(TenantId, ClientId)) -> bool {
        if self.of.len() >= MAX_CONNECTIONS && !self.of.contains_key(key) {
            self.of.retain(|_, here| here.waiting.count() > 0);
            return self.of.len() < MAX_CONNECTIONS;
        }
        true
    }

    fn may_write(&self, now: Timestamp) -> bool {
        self.since >= REQUESTS_A_WRITE || self.written_at.is_none_or(|at| at != now)
    }

    fn take_overdue(&mut self, now: Timestamp) -> Option<Batch> {
        self.of.iter_mut().find_map(|(key, here)| Some(Batch::of(key, here.take_due(now)?)))
    }
}

impl Here {
    const fn begin(now: Timestamp) -> Self {
        Self { waiting: Requests::none(now), written_at: None }
    }

    /// Begins a new day; gives what waits of the one before.
    fn end_day(&mut self, now: Timestamp) -> Option<Requests> {
        let ended = std::mem::replace(self, Self::begin(now));
        Some(ended.waiting).filter(|waiting| waiting.count() > 0)
    }

    const fn add(&mut self, is_allowed: bool, now: Timestamp) {
        let Requests { allowed, refused, last_at, .. } = &mut self.waiting;
        *(if is_allowed { allowed } else { refused }) += 1;
        *last_at = now;
    }

    /// What waits, if it has waited long enough or is enough. A clock that jumped back makes it so too (L02).
    fn take_due(&mut self, now: Timestamp) -> Option<Requests> {
        let has_waited = self.written_at.is_none_or(|at| now < at || now.since(at) >= INTERVAL);
        let count = self.waiting.count();
        if count == 0 || !(has_waited || count >= MOST) {
            return None;
        }
        self.written_at = Some(now);
        // What is taken is of the day that it was counted on, which may have ended.
        let rest = Requests { allowed: 0, refused: 0, ..self.waiting };
        Some(std::mem::replace(&mut self.waiting, rest))
    }
}

impl Batch {
    fn of((tenant_id, client_id): &(TenantId, ClientId), requests: Requests) -> Self {
        Self { tenant_id: tenant_id.clone(), client_id: client_id.clone(), requests }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_secs(20_000 * 86_400 + 43_200);

    fn count(meter: &Meter, tenant: &str, is_allowed: bool, now: Timestamp) -> Option<(String, u64, u64)> {
        let (tenant, client) = (TenantId::parse(tenant).unwrap(), ClientId::parse("c").unwrap());
        let batch = meter.count((&tenant, &client), is_allowed, now)?;
        Some((batch.tenant_id.into(), batch.requests.allowed, batch.requests.refused))
    }

    #[test]
    fn the_first_is_written_at_once_and_later_ones_by_the_minute() {
        let meter = Meter::default();
        assert_eq!(count(&meter, "ten_a", true, NOON), Some(("ten_a".into(), 1, 0)));
        assert_eq!(count(&meter, "ten_a", true, NOON), None);
        assert_eq!(count(&meter, "ten_a", false, NOON.plus(59)), None);
        assert_eq!(count(&meter, "ten_a", true, NOON.plus(60)), Some(("ten_a".into(), 2, 1)));
        assert_eq!(count(&meter, "ten_a", true, NOON), Some(("ten_a".into(), 1, 0)), "l02: a clock set back");
    }

    #[test]
    fn a_thousand_do_not_wait() {
        let meter = Meter::default();
        assert!(count(&meter, "ten_a", true, NOON).is_some());
        assert!((1..MOST).all(|_| count(&meter, "ten_a", true, NOON).is_none()));
        assert_eq!(count(&meter, "ten_a", true, NOON), Some(("ten_a".into(), MOST, 0)));
    }

    #[test]
    fn what_waits_too_long_goes_with_the_request_of_another() {
        let meter = Meter::default();
        for _ in 0..3 {
            let _written = count(&meter, "ten_a", true, NOON);
        }
        assert_eq!(count(&meter, "ten_b", true, NOON.plus(70)), Some(("ten_b".into(), 1, 0)));
        assert_eq!(count(&meter, "ten_b", true, NOON.plus(71)), Some(("ten_a".into(), 2, 0)));
        assert_eq!(count(&meter, "ten_b", true, NOON.plus(72)), None);
    }

    #[test]
    fn what_was_counted_yesterday_is_yesterdays() {
        let (meter, tenant, client) =
            (Meter::default(), TenantId::parse("ten_a").unwrap(), ClientId::parse("c").unwrap());
        let evening = NOON.plus(43_199);
        assert!(
            count(&meter, "ten_a", true, evening).is_some()
                && count(&meter, "ten_a", true, evening).is_none()
        );
        let of_yesterday = meter.count((&tenant, &client), true, evening.plus(1)).unwrap().requests;
        let expected = Requests { day: NOON.day(), allowed: 1, refused: 0, last_at: evening };
        assert_eq!(of_yesterday, expected);
        let today = meter.count((&tenant, &client), true, evening.plus(2)).unwrap().requests;
        assert_eq!((today.day, today.allowed), (evening.plus(1), 2));
    }

    #[test]
    fn s17_however_many_connections_there_are_one_request_in_ten_writes() {
        let meter = Meter::default();
        let mut written = Vec::new();
        for round in 0..3 {
            let at = NOON.plus(60 * round);
            let names = (0..MAX_CONNECTIONS).map(|number| format!("ten_{number}"));
            written.extend(names.filter_map(|name| count(&meter, &name, true, at)));
        }
        assert!((500..=601).contains(&written.len()), "{}", written.len());
    }

    #[test]
    fn s17_connections_are_bounded_and_nobodys_counts_make_room_for_another() {
        let meter = Meter::default();
        let mut told = HashMap::<String, u64>::new();
        for number in 0..3 * MAX_CONNECTIONS {
            if let Some((name, allowed, _)) = count(&meter, &format!("ten_{number}"), true, NOON) {
                *told.entry(name).or_default() += allowed;
            }
        }
        let counts = meter.0.lock().unwrap();
        for ((tenant, _), here) in &counts.of {
            *told.entry(tenant.as_str().to_owned()).or_default() += here.waiting.allowed;
        }
        assert_eq!(counts.of.len(), MAX_CONNECTIONS);
        assert!((0..MAX_CONNECTIONS).all(|number| told[&format!("ten_{number}")] == 1), "counted once, all");
    }
}
