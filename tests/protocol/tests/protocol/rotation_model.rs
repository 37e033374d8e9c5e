//! Random lives of one grant, against a reference that fits on a page.

use postern_core::lifetime::{ACCESS_TOKEN, GRANT, MAX_REPLAYS, REFRESH_IDLE, REPLAY_WINDOW};
use postern_testkit::{Tokens, World};
use proptest::prelude::*;
use proptest::sample::Index;

/// One thing that may happen. A token is chosen among all that were issued so far, oldest first.
#[derive(Clone, Debug)]
enum Step {
    Refresh(Index),
    RefreshLatest,
    Wait(u64),
    UseAtTheApi(Index),
    Revoke(Index),
}

/// What a refresh gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Fresh,
    /// The same bytes as this answer.
    Again(usize),
    NotNow,
    Refused,
}

/// The rules, with answers named by the order in which they were given.
struct Reference {
    now: u64,
    expires: u64,
    idle_expires: u64,
    window_ends: u64,
    head: usize,
    previous: Option<usize>,
    replays: u32,
    confirmed: bool,
    revoked: bool,
    /// When each answer was given.
    answers: Vec<u64>,
}

impl Reference {
    fn new(now: u64) -> Self {
        let (expires, idle_expires) = (now + GRANT, now + REFRESH_IDLE);
        let (previous, answers) = (None, vec![now]);
        Self {
            now,
            expires,
            idle_expires,
            window_ends: now,
            head: 0,
            previous,
            replays: 0,
            confirmed: false,
            revoked: false,
            answers,
        }
    }

    fn refresh(&mut self, token: usize) -> Outcome {
        if self.revoked || self.now >= self.idle_expires.min(self.expires) {
            return Outcome::Refused;
        }
        if token == self.head {
            return self.issue(token);
        }
        if self.previous != Some(token) {
            self.revoked = true;
            return Outcome::Refused;
        }
        match () {
            () if self.now < self.window_ends && self.replays < MAX_REPLAYS => {
                self.replays += 1;
                Outcome::Again(self.head)
            }
            () if self.now < self.window_ends => Outcome::NotNow,
            () if self.confirmed => {
                self.revoked = true;
                Outcome::Refused
            }
            () => self.issue(token),
        }
    }

    fn issue(&mut self, presented: usize) -> Outcome {
        self.head = self.answers.len();
        self.answers.push(self.now);
        self.previous = Some(presented);
        self.window_ends = self.now + REPLAY_WINDOW;
        self.idle_expires = (self.now + REFRESH_IDLE).min(self.expires);
        (self.replays, self.confirmed) = (0, false);
        Outcome::Fresh
    }

    /// Whether the API accepts the access token of an answer; a use of the newest confirms it.
    fn use_at_the_api(&mut self, answer: usize) -> bool {
        let expires = (self.answers[answer] + ACCESS_TOKEN).min(self.expires);
        let accepted = !self.revoked && self.now < expires;
        self.confirmed |= accepted && answer == self.head && self.previous.is_some();
        accepted
    }
}

fn step() -> impl Strategy<Value = Step> {
    let wait =
        prop::sample::select(vec![1, 30, 59, 60, 61, 3_600, REFRESH_IDLE - 1, REFRESH_IDLE, GRANT / 4]);
    prop_oneof![
        4 => any::<Index>().prop_map(Step::Refresh),
        4 => Just(Step::RefreshLatest),
        4 => wait.prop_map(Step::Wait),
        3 => any::<Index>().prop_map(Step::UseAtTheApi),
        1 => any::<Index>().prop_map(Step::Revoke),
    ]
}

async fn refresh(
    world: &World,
    model: &mut Reference,
    answers: &mut Vec<Tokens>,
    token: usize,
) -> Result<(), TestCaseError> {
    let app = &world.apps.spa;
    let expected = model.refresh(token);
    let answer = world.instance().refresh(app, &answers[token].refresh).send().await;
    let earlier = answers.iter().position(|earlier| earlier.text == answer.text());
    let outcome = match (answer.status(), earlier) {
        (200, Some(earlier)) => Outcome::Again(earlier),
        (200, None) => {
            answers.push(Tokens::of(&answer));
            Outcome::Fresh
        }
        (503, _) => Outcome::NotNow,
        (400, _) => Outcome::Refused,
        (status, _) => return Err(TestCaseError::fail(format!("{status} {}", answer.text()))),
    };
    prop_assert_eq!(outcome, expected);
    Ok(())
}

async fn live(world: &World, steps: &[Step]) -> Result<(), TestCaseError> {
    let app = &world.apps.spa;
    let mut answers = vec![world.tokens(app).await];
    let mut model = Reference::new(world.now());
    let gate = world.gate(0);
    for step in steps {
        let issued = answers.len();
        match step {
            Step::Refresh(which) => refresh(world, &mut model, &mut answers, which.index(issued)).await?,
            Step::RefreshLatest => refresh(world, &mut model, &mut answers, issued - 1).await?,
            Step::Wait(seconds) => {
                world.clock.advance(*seconds);
                model.now += seconds;
            }
            Step::UseAtTheApi(which) => {
                let which = which.index(issued);
                let decision = gate.call("GET /me", &answers[which].access).await;
                prop_assert_eq!(decision.name() == "allowed", model.use_at_the_api(which));
            }
            Step::Revoke(which) => {
                let answer = world.revoke(app, &answers[which.index(issued)].refresh).send().await;
                prop_assert_eq!(answer.status(), 200);
                model.revoked = true;
            }
        }
    }
    Ok(())
}

#[test]
fn any_life_of_a_grant_follows_the_rules() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::start());
    let lives = prop::collection::vec(step(), 1..24);
    proptest!(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() },
        |(steps in lives)| runtime.block_on(live(&world, &steps))?);
}
