//! What is true of the world, scene by scene.

use super::Dice;
use super::reference::{ClientFacts, ConnectionFacts, CustomerFacts, Facts};

type Words = &'static [&'static str];

const AT_SAMPLE: [Words; 5] = [
    &["contact.all"],
    &["contact.all"],
    &["contact.read"],
    &["contact.read", "contact.write"],
    &["contact.delete"],
];
const AT_CASES: [Words; 4] =
    [&["contact.read", "admin"], &["contact.read", "admin"], &["contact.read"], &["admin"]];
const PERMISSIONS: [Words; 7] = [
    &["*"],
    &["*"],
    &["contact.*"],
    &["contact.read"],
    &["contact.all"],
    &["contact.write", "deal.*"],
    &["admin", "contact.delete"],
];
const FEATURES: [Option<Words>; 5] =
    [None, None, Some(&["*"]), Some(&["contact.read", "contact.write"]), Some(&["admin"])];
const DOMAINS: [Option<&str>; 5] = [None, None, None, Some("api.test"), Some("eu.api.test")];
const OF_SAMPLE: [Words; 4] = [&[], &[], &["api.test"], &["eu.api.test", "api.test"]];
const OF_CASES: [Words; 4] = [&[], &[], &["cases.test"], &["api.test", "cases.test"]];

/// Everybody may do everything, everywhere.
pub(super) fn ordinary() -> Facts {
    let client =
        ClientFacts { active: true, listed: false, scopes: [AT_SAMPLE[0].to_vec(), AT_CASES[0].to_vec()] };
    let customer =
        CustomerFacts { active: true, member_active: true, role: vec!["*"], features: None, domain: None };
    let connection = ConnectionFacts { active: true, listed: false, scopes: vec!["contact.all"] };
    Facts {
        customers: [customer.clone(), customer],
        apps: client.clone(),
        platforms: [client.clone(), client],
        homes: [true; 2],
        connections: [connection.clone(), connection.clone(), connection],
        domains: [Vec::new(), Vec::new()],
    }
}

/// Anything may be so.
pub(super) fn any(dice: &mut Dice) -> Facts {
    Facts {
        customers: [customer(dice), customer(dice)],
        apps: client(dice),
        platforms: [client(dice), client(dice)],
        homes: [dice.mostly(), dice.mostly()],
        connections: [connection(dice), connection(dice), connection(dice)],
        domains: [dice.pick(&OF_SAMPLE).to_vec(), dice.pick(&OF_CASES).to_vec()],
    }
}

fn customer(dice: &mut Dice) -> CustomerFacts {
    CustomerFacts {
        active: dice.mostly(),
        member_active: dice.mostly(),
        role: dice.pick(&PERMISSIONS).to_vec(),
        features: dice.pick(&FEATURES).map(<[_]>::to_vec),
        domain: dice.pick(&DOMAINS),
    }
}

fn client(dice: &mut Dice) -> ClientFacts {
    ClientFacts {
        active: dice.mostly(),
        listed: dice.pick(&[true, false, false]),
        scopes: [dice.pick(&AT_SAMPLE).to_vec(), dice.pick(&AT_CASES).to_vec()],
    }
}

fn connection(dice: &mut Dice) -> ConnectionFacts {
    ConnectionFacts {
        active: dice.mostly(),
        listed: dice.pick(&[true, false, false]),
        scopes: dice.pick(&AT_SAMPLE).to_vec(),
    }
}
