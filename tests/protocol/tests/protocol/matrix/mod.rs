//! The whole decision against an independent reference: credential x scope x role x feature x tenant x client x
//! connection x route x account header x domain x address, thousands of generated cases (R22, R23, S03, S06-S08, PT3).

mod reference;
mod stage;

use reference::{Case, Facts, Header, Kind, verdict};
use stage::Stage;

const KINDS: [Kind; 6] =
    [Kind::User, Kind::Service, Kind::Pat(false), Kind::Pat(true), Kind::Platform, Kind::Connected];
const SCOPES: [&str; 4] = ["contact.read", "contact.write", "contact.read contact.delete", "contact.all"];
const ROUTES: [&str; 8] = [
    "GET /me",
    "GET /v1/contacts",
    "POST /v1/contacts",
    "POST /v1/contacts/search",
    "GET /v1/contacts/{id}",
    "PATCH /v1/contacts/{id}",
    "DELETE /v1/contacts/{id}",
    "PUT /me",
];
const HEADERS: [Header; 5] =
    [Header::Absent, Header::Own, Header::Foreign, Header::Unknown, Header::Malformed];
const HOSTS: [&str; 2] = ["api.test", "eu.api.test"];
const SCENES: usize = 12;
const CASES: usize = 900;

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

fn case(dice: &mut Dice) -> Case {
    Case {
        kind: dice.pick(&KINDS),
        scopes: dice.pick(&SCOPES),
        route: dice.pick(&ROUTES),
        header: dice.pick(&[&HEADERS[..], &[Header::Absent, Header::Absent, Header::Own]].concat()),
        host: dice.pick(&HOSTS),
        inside: dice.mostly(),
    }
}

/// The first scene is the ordinary one; in the last, which nothing can follow, the connection is ended.
fn facts(dice: &mut Dice, scene: usize) -> Facts {
    let words: [&[&str]; 5] =
        [&["contact.all"], &["contact.read"], &["contact.read", "contact.write"], &["contact.delete"], &[]];
    let permissions: [&[&str]; 5] =
        [&["*"], &["contact.*"], &["contact.read"], &["contact.all"], &["contact.write", "deal.*"]];
    let features: [Option<&[&str]>; 4] = [None, None, Some(&["*"]), Some(&["contact.read", "contact.write"])];
    let ordinary = scene == 0;
    Facts {
        role: if ordinary { vec!["*"] } else { dice.pick(&permissions).to_vec() },
        features: if ordinary { None } else { dice.pick(&features).map(<[_]>::to_vec) },
        tenant_active: ordinary || dice.mostly(),
        member_active: ordinary || dice.mostly(),
        clients_active: ordinary || dice.mostly(),
        client_scopes: if ordinary { vec!["contact.all"] } else { dice.pick(&words[..4]).to_vec() },
        clients_listed: !ordinary && dice.pick(&[true, false, false]),
        connection_scopes: if ordinary { vec!["contact.all"] } else { dice.pick(&words[..4]).to_vec() },
        connection_active: scene + 1 < SCENES,
        domain: if ordinary { None } else { dice.pick(&[None, None, Some("api.test"), Some("eu.api.test")]) },
    }
}

#[tokio::test]
async fn s03_every_decision_is_the_references() {
    let mut dice = Dice(2_026);
    let stage = Stage::set(&SCOPES).await;
    let mut verdicts = std::collections::BTreeMap::<&str, usize>::new();
    for scene in 0..SCENES {
        let facts = facts(&mut dice, scene);
        stage.arrange(&facts).await;
        let gate = stage.gate();
        for _ in 0..CASES {
            let case = case(&mut dice);
            let expected = verdict(&case, &facts);
            let decision = stage.call(&gate, &case).await;
            assert_eq!(decision.name(), expected, "{case:?} {facts:?}");
            stage.assert_isolated(&case, &decision);
            *verdicts.entry(expected).or_default() += 1;
        }
    }
    const { assert!(SCENES * CASES >= 10_000) };
    // Every verdict was met often enough to mean something.
    assert!(verdicts.len() == 10 && verdicts.values().all(|count| *count >= 30), "{verdicts:?}");
}
