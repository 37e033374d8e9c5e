//! Every AWS call of every flow, struck by every fault, once and for good. Whatever happens: no 500, no verdict on
//! a fault, the invariants hold, and a second try with the same bytes succeeds or gets a verdict that is right.

mod access;
mod activity;
mod connecting;
mod ending;
mod exchange;
mod inviting;
mod members;
mod pages;
mod password;
mod refreshing;
mod registering;
mod tenants;
mod users;

use postern_testkit::{Answer, Blow, Site, World, assert_page, assert_unavailable};

/// What one struck request came to, and the same request once more without faults.
struct Outcome {
    first: Answer,
    second: Answer,
    /// Where and how it was struck, for messages.
    cell: String,
}

impl Outcome {
    fn first_failed(&self) -> bool {
        self.first.status() == 503
    }
}

/// Runs `request` by a cold process on a fresh state, once for each of its calls and each fault; then once more.
/// `check` sees both answers and the state.
async fn at_every_call<S>(
    prepare: impl AsyncFn(&World) -> S,
    request: impl AsyncFn(&World, &mut S) -> Answer,
    check: impl AsyncFn(&World, &S, Outcome),
) {
    let world = World::start().await;
    let mut state = prepare(&world).await;
    let (sites, clean) = world.sites(request(&world, &mut state)).await;
    assert!(clean.status() < 500 && !sites.is_empty(), "{clean:?}");
    for site in &sites {
        for blow in Blow::all() {
            let mut state = prepare(&world).await;
            let outcome = strike(&world, (site, blow), async || request(&world, &mut state).await).await;
            check(&world, &state, outcome).await;
        }
    }
}

async fn strike(
    world: &World,
    (site, blow): (&Site, Blow),
    mut request: impl AsyncFnMut() -> Answer,
) -> Outcome {
    world.strike(site, blow);
    let first = request().await;
    world.faults().clear();
    let second = request().await;
    let cell = format!("{site:?} {blow:?}: {} then {}", first.status(), second.status());
    assert!(first.status() < 500 || first.status() == 503, "{cell}");
    if first.status() == 503 {
        match first.header("content-type") {
            Some("application/json") => assert_unavailable(&first),
            _ => assert_page(&first, 503),
        }
        assert!(first.header("retry-after").is_some(), "{cell}");
    }
    assert!(second.status() < 500, "{cell}");
    Outcome { first, second, cell }
}
