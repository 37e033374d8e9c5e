//! Fifty processes at once over one grant: never two winners in a round, whatever the order.
//!
//! Run apart from other tests (`.config/nextest.toml`): they would only make each other slow.

use std::collections::BTreeMap;

use futures_util::future::{join_all, try_join_all};
use postern_e2e::{Answer, App, Deployment, Outcome, Tokens, Visitor};

const PARALLEL: usize = 50;
const ROUNDS: usize = 100;
const SCOPE: &str = "contact.read";
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

/// One wins. On a machine too busy to get any answer from the table in time, the one who would have is told to try
/// again: then nobody has tokens, and nobody was told that he never will.
async fn round_of_redemptions(
    app: &App,
    visitor: &mut Visitor,
    it: &Deployment,
    tally: &mut Tally,
) -> Outcome {
    let [user, ..] = &it.demo.users;
    let (code, authorization) = app.code(visitor, user, SCOPE).await?;
    let answers = redeem_at_once(app, &code, &authorization.pkce.verifier).await?;
    tally.count(&answers);
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    let unknown = lost.iter().filter(|answer| answer.status == 503).count();
    assert!(won.len() == 1 || (won.is_empty() && unknown > 0), "{:?}", tally.0);
    for answer in lost.iter().filter(|answer| answer.status != 503) {
        assert_eq!(answer.verdict(), (400, "invalid_grant".into()), "{}", answer.body);
    }
    // The losers were valid uses of a used code: the winner's grant is over, once one of them got a verdict.
    for winner in won.iter().filter(|_| unknown < lost.len()) {
        let refreshed = app.refresh(&winner.text("refresh_token")).await?;
        assert_eq!(refreshed.verdict(), (400, "invalid_grant".into()));
    }
    Ok(())
}

#[tokio::test]
async fn a_code_is_redeemed_once() {
    let it = Deployment::start().await.unwrap();
    let (app, mut visitor, mut tally) = (it.spa(), it.visitor(), Tally::default());
    warm(&it).await.unwrap();
    for _ in 0..ROUNDS {
        round_of_redemptions(&app, &mut visitor, &it, &mut tally).await.unwrap();
    }
    eprintln!("{:?}", tally.0);
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
