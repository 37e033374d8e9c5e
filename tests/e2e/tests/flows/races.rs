//! Fifty processes at once over one grant: never two winners in a round, whatever the order.
//!
//! Run apart from other tests (`.config/nextest.toml`): they would only make each other slow.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use postern_e2e::{Answer, App, Deployment, Outcome, Tokens, Visitor};
use tokio::time::Instant;

const PARALLEL: usize = 50;
const ROUNDS: usize = 100;
const SCOPE: &str = "contact.read";
/// How long the server waits for one write before it sends it again. On a busy machine the winner may wait longer:
/// if a loser has ended the grant by then, the winner learns that its tokens are dead and is refused, too.
const ATTEMPT: Duration = Duration::from_millis(500);
/// In how many rounds that may happen: it is an accident, not the rule.
const MAX_WITHOUT_WINNER: usize = ROUNDS / 20;
/// How often a lost answer is repeated.
const REPLAYS: usize = 10;

/// As many warm processes as there will be parallel requests.
async fn warm(it: &Deployment) -> Outcome {
    let service = it.service();
    let answers = try_join_all((0..PARALLEL).map(|_| service.client_credentials("contact.read"))).await?;
    answers.iter().try_for_each(|answer| Tokens::of(answer).map(drop))
}

/// How often each kind of answer came: status, error, `Retry-After`.
#[derive(Default)]
struct Tally(BTreeMap<(u16, String, String), usize>);

impl Tally {
    fn count(&mut self, answers: &[Answer]) {
        for answer in answers {
            let (status, error) = answer.verdict();
            *self.0.entry((status, error, answer.header("retry-after"))).or_default() += 1;
        }
    }
}

async fn redeem_at_once(app: &App, code: &str, verifier: &str) -> Outcome<Vec<Answer>> {
    join_all((0..PARALLEL).map(|_| app.redeem(code, verifier))).await.into_iter().collect()
}

async fn refresh_at_once(app: &App, token: &str) -> Outcome<Vec<Answer>> {
    join_all((0..PARALLEL).map(|_| app.refresh(token))).await.into_iter().collect()
}

/// Whether somebody won. Never do two.
async fn round_of_redemptions(
    app: &App,
    visitor: &mut Visitor,
    it: &Deployment,
    tally: &mut Tally,
) -> Outcome<bool> {
    let [user, ..] = &it.demo.users;
    let (code, authorization) = app.code(visitor, user, SCOPE).await?;
    let started = Instant::now();
    let answers = redeem_at_once(app, &code, &authorization.pkce.verifier).await?;
    let took = started.elapsed();
    tally.count(&answers);
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(won.len() <= 1, "{:?}", tally.0);
    assert!(won.len() == 1 || took > ATTEMPT, "nobody won, and no write was slow: {:?}", tally.0);
    for answer in lost {
        assert_eq!(answer.verdict(), (400, "invalid_grant".into()), "{}", answer.body);
    }
    // The losers were valid uses of a used code: the winner's grant is over.
    for winner in &won {
        let refreshed = app.refresh(&winner.text("refresh_token")).await?;
        assert_eq!(refreshed.verdict(), (400, "invalid_grant".into()));
    }
    Ok(!won.is_empty())
}

#[tokio::test]
async fn a_code_is_redeemed_once() {
    let it = Deployment::start().await.unwrap();
    let (app, mut visitor, mut tally) = (it.spa(), it.visitor(), Tally::default());
    warm(&it).await.unwrap();
    let mut without_winner = 0;
    for _ in 0..ROUNDS {
        let won = round_of_redemptions(&app, &mut visitor, &it, &mut tally).await.unwrap();
        without_winner += usize::from(!won);
    }
    eprintln!("{:?}", tally.0);
    assert!(without_winner <= MAX_WITHOUT_WINNER, "{without_winner} rounds without a winner");
}

/// Returns the successor: one, however many answers carry it.
fn successor(answers: &[Answer]) -> Outcome<String> {
    let told: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    let [first, more @ ..] = told.as_slice() else { return Err("nobody won".into()) };
    assert!(more.iter().all(|answer| answer.body == first.body), "two different answers");
    assert!(more.len() <= REPLAYS, "{} replays", more.len());
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.verdict(), (503, "temporarily_unavailable".into()), "{}", answer.body);
        assert_ne!(answer.header("retry-after"), "");
    }
    Ok(first.text("refresh_token"))
}

#[tokio::test]
async fn a_refresh_token_has_one_successor() {
    let it = Deployment::start().await.unwrap();
    let (app, mut tally) = (it.spa(), Tally::default());
    let mut token = app.sign_in(&mut it.visitor(), &it.demo.users[0], SCOPE).await.unwrap().refresh;
    warm(&it).await.unwrap();
    for _ in 0..ROUNDS {
        let answers = refresh_at_once(&app, &token).await.unwrap();
        tally.count(&answers);
        token = successor(&answers).unwrap();
    }
    eprintln!("{:?}", tally.0);
    let alive = app.refresh(&token).await.unwrap();
    assert_eq!(alive.status, 200, "the family stands: {}", alive.body);
}
