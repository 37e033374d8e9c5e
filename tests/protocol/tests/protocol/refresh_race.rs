//! One refresh token, many rotations at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use postern_core::grant::GrantState;
use postern_core::lifetime::MAX_REPLAYS;
use postern_testkit::{Answer, App, Instance, Tokens, World, assert_error, assert_unavailable};

const PARALLEL: usize = 50;
const ROUNDS: usize = 20;

async fn race(instances: &[Instance], app: &App, token: &str) -> Vec<Answer> {
    let race = instances.iter().map(|instance| tokio::spawn(instance.refresh(app, token).send()));
    join_all(race).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r01_i1_fifty_parallel_rotations_have_one_successor() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let instances: Vec<Instance> = (0..PARALLEL).map(|_| world.instance()).collect();
    let mut tokens = world.tokens_for(app, &world.people.olivia, "contact.read").await;
    for generation in 2..u32::try_from(ROUNDS).unwrap() + 2 {
        let answers = race(&instances, app, &tokens.refresh).await;
        let (good, busy): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status() == 200);
        // The winner and as many repetitions as are allowed; the others are told to come again.
        assert!(!good.is_empty() && good.len() <= 1 + MAX_REPLAYS as usize, "{}", good.len());
        busy.iter().for_each(assert_unavailable);
        let bodies: BTreeSet<&str> = good.iter().map(Answer::text).collect();
        assert_eq!(bodies.len(), 1, "everybody gets the same bytes");
        let GrantState::Active(active) = world.grant(&tokens.refresh).await.state else { panic!("revoked") };
        assert_eq!(active.generation, generation);
        tokens = Tokens::of(&good[0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_rotation_parallel_refreshes_do_not_disturb_each_other() {
    let world = World::start().await;
    let app = &world.apps.steady;
    let instances: Vec<Instance> = (0..10).map(|_| world.instance()).collect();
    let tokens = world.tokens(app).await;
    for answer in race(&instances, app, &tokens.refresh).await {
        assert_eq!(Tokens::of(&answer).refresh, tokens.refresh);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v07_a_rotation_that_meets_a_revocation_leaves_nothing_alive() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let instances: Vec<Instance> = (0..6).map(|_| world.instance()).collect();
    for revoker in 0..instances.len() {
        let tokens = world.tokens(app).await;
        let race = instances.iter().enumerate().map(|(index, instance)| {
            let revokes = index == revoker;
            let draft = if revokes {
                instance.revoke(app, &tokens.refresh)
            } else {
                instance.refresh(app, &tokens.refresh)
            };
            tokio::spawn(draft.send())
        });
        let answers: Vec<_> = join_all(race).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers[revoker].status(), 200);
        assert!(matches!(world.grant(&tokens.refresh).await.state, GrantState::Revoked(_)));
        for answer in answers.iter().filter(|answer| !answer.member("refresh_token").is_empty()) {
            let late = Tokens::of(answer);
            assert_error(&world.refresh(app, &late.refresh).send().await, 400, "invalid_grant");
            assert_eq!(world.gate(0).call("GET /me", &late.access).await.name(), "unauthorized");
        }
    }
}
