//! The whole decision against an independent reference: credentials of two customers and two platforms x scope x role x
//! feature x client x connection x API x route x account header x domain x address x kind of event, thousands of
//! generated cases (R22, R23, G08, S03, S06-S08, PT3, X07-X09).

mod case;
mod credentials;
mod facts;
mod reference;
mod stage;

use std::collections::BTreeMap;

use case::{Case, Credential, Customer, Event, Header, Kind, SOURCES, credentials};
use reference::verdict;
use stage::Stage;

const ROUTES: [&str; 15] = [
    "GET /me",
    "GET /v1/contacts",
    "POST /v1/contacts",
    "POST /v1/contacts/search",
    "GET /v1/contacts/{id}",
    "PATCH /v1/contacts/{id}",
    "DELETE /v1/contacts/{id}",
    "PUT /me",
    "GET /v1/people",
    "POST /v1/people/merge",
    "GET /v1/cases",
    "GET /v1/office",
    "GET /v1/door",
    "GET /v1/files",
    "DELETE /v1/files",
];
const ACME: Header = Header::Of(Customer::Acme);
const GLOBEX: Header = Header::Of(Customer::Globex);
const HEADERS: [Header; 10] = [
    Header::Absent,
    Header::Absent,
    ACME,
    ACME,
    GLOBEX,
    GLOBEX,
    Header::Unknown,
    Header::Joined,
    Header::Twice,
    Header::OtherCase,
];
const HOSTS: [&str; 4] = ["api.test", "api.test", "eu.api.test", "cases.test"];
const EVENTS: [Event; 4] = [Event::Http2, Event::Http1, Event::Rest, Event::Token];
const SCENES: usize = 36;
const CASES: usize = 300;
/// How often each verdict is met at least.
const OFTEN: usize = 60;

/// Numbers that look random and are the same at every run (Knuth's linear congruential generator).
struct Dice(u64);

impl Dice {
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[usize::try_from(self.0 >> 33).unwrap() % from.len()]
    }

    /// Mostly true: what is false hides all that comes after it.
    fn mostly(&mut self) -> bool {
        self.pick(&[true, true, true, true, true, false])
    }
}

fn case(dice: &mut Dice, credentials: &[Credential]) -> Case {
    let credential = dice.pick(credentials);
    // Most credentials go without the header, and are refused with any.
    let named = matches!(credential.kind, Kind::Platform(_)) || dice.pick(&[true, false, false, false]);
    Case {
        credential,
        event: dice.pick(&EVENTS),
        route: dice.pick(&ROUTES),
        header: if named { dice.pick(&HEADERS) } else { Header::Absent },
        host: Some(dice.pick(&HOSTS)),
        source: dice.pick(&SOURCES),
        proved: dice.mostly(),
    }
}

#[tokio::test]
async fn s03_every_decision_is_the_references() {
    let (mut dice, credentials) = (Dice(2_026), credentials());
    let stage = Stage::set(&credentials).await;
    let mut verdicts = BTreeMap::<&str, usize>::new();
    let mut passed = BTreeMap::<(Event, Kind), usize>::new();
    for scene in 0..SCENES {
        let facts = if scene == 0 { facts::ordinary() } else { facts::any(&mut dice) };
        stage.arrange(&facts).await;
        let gate = stage.gate();
        for _ in 0..CASES {
            let case = case(&mut dice, &credentials);
            let expected = verdict(&case, &facts);
            let decision = stage.call(&gate, &case).await;
            assert_eq!(decision.name(), expected, "{case:?} {facts:?}");
            stage.assert_isolated(&case, &decision);
            *verdicts.entry(expected).or_default() += 1;
            if expected == "allowed" {
                *passed.entry((case.event, case.credential.kind)).or_default() += 1;
            }
        }
    }
    const { assert!(SCENES * CASES >= 10_000) };
    // Every verdict was met often enough to mean something, and every kind of credential passes at every gateway that
    // tells what it needs.
    assert!(verdicts.len() == 10 && verdicts.values().all(|count| *count >= OFTEN), "{verdicts:?}");
    let kinds = credentials.iter().map(|it| it.kind).collect::<std::collections::BTreeSet<_>>();
    let needs_more = |kind: &Kind| matches!(kind, Kind::Bound | Kind::Pat(true) | Kind::Platform(_));
    assert!(!passed.keys().any(|(event, kind)| *event == Event::Token && needs_more(kind)), "{passed:?}");
    let more = kinds.iter().filter(|kind| needs_more(kind)).count();
    assert_eq!(passed.len(), EVENTS.len() * kinds.len() - more, "{passed:?}");
}
