//! The last use of a personal access token: a day, written once. That of a connection stands with connected accounts.

use postern_local::Service;
use postern_testkit::World;

const READ: &str = "GET /v1/contacts";

#[tokio::test]
async fn a_token_is_marked_once_a_day_and_not_by_what_is_refused() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    let updates = || world.calls(Service::DynamoDb, "UpdateItem");
    let gate = world.gate(15);
    let before = updates();
    assert_eq!(gate.call("DELETE /v1/contacts/{id}", &pat).await.name(), "insufficient_scope");
    assert_eq!(updates(), before);
    // Beside the mark the network: looked for and written on the first day, seen again on the second.
    for (day, writes) in [(0, 1 + 2), (1, 1 + 1)] {
        let before = updates();
        for _ in 0..3 {
            assert_eq!(gate.call(READ, &pat).await.name(), "allowed", "day {day}");
            world.clock.advance(20);
        }
        assert_eq!(updates() - before, writes, "day {day}");
        // Another process reads the day off the token, and sees the network too.
        assert_eq!(world.gate(0).call(READ, &pat).await.name(), "allowed");
        assert_eq!(updates() - before, writes + 1, "day {day}");
        let today = world.now() / 86_400 * 86_400;
        assert!(
            world.dump().await.contains(&format!("\"last_used_on\": \"N(\\\"{today}\\\")\"")),
            "day {day}"
        );
        world.clock.advance(86_400);
    }
}
