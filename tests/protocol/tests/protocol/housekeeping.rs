//! What stays in the table, and for how long: expiry is decided by the clock, deletion is only housekeeping.

use postern_core::lifetime::{GRANT, RETENTION, SESSION};
use postern_testkit::{Tokens, World};

/// The lines of a dump that are about one kind of item.
fn items<'d>(dump: &'d str, kind: &str) -> Vec<&'d str> {
    dump.lines().filter(|line| line.contains(&format!("\"PK\": \"{kind}#"))).collect()
}

/// The moment at which an item may be deleted, in seconds since 1970.
fn ttl(item: &str) -> u64 {
    let (_, rest) = item.split_once("\"ttl\": \"N(").unwrap();
    let digits: String = rest.chars().filter(char::is_ascii_digit).take(10).collect();
    digits.parse().unwrap()
}

#[tokio::test]
async fn db12_everything_that_ends_is_marked_for_deletion_in_seconds() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens(app).await;
    world.revoke(app, &tokens.access).send().await;
    let (dump, now) = (world.dump().await, world.now());
    for (kind, at_most) in [
        ("GRANT", GRANT + RETENTION),
        ("JTI", 3_600 + RETENTION),
        ("SESSION", 1_800),
        ("SESSIONS", SESSION),
        ("INTERACTION", 600),
        ("THROTTLE", 900),
        ("CONSENT", GRANT),
    ] {
        let found = items(&dump, kind);
        assert!(!found.is_empty(), "{kind}");
        for item in found {
            assert!((now + 1..=now + at_most).contains(&ttl(item)), "{item}");
        }
    }
    for kind in ["CLIENT", "TENANT", "USER", "EMAIL"] {
        assert!(items(&dump, kind).iter().all(|item| !item.contains("\"ttl\"")), "{kind}");
    }
}

#[tokio::test]
async fn db01_a_grant_outlives_its_last_token_in_the_table_and_not_in_effect() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let tokens = world.tokens(app).await;
    let dump = world.dump().await;
    let swept = ttl(items(&dump, "GRANT").first().unwrap());
    assert!(swept >= world.now() + GRANT, "nothing is deleted while it may be asked for");
    world.clock.set(swept - 1);
    assert_eq!(world.refresh(app, &tokens.refresh).send().await.status(), 400);
    assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "unauthorized");
}

#[tokio::test]
async fn db10_a_grant_does_not_grow_with_its_rotations() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let mut tokens = world.tokens(app).await;
    let mut sizes = Vec::new();
    for _ in 0..12 {
        tokens = Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
        sizes.push(items(&world.dump().await, "GRANT").concat().len());
    }
    let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
    assert!(most - least < 32, "{sizes:?}");
}
