//! Good inputs, edited: members taken away, doubled, mistyped, oversized and nested, lines cut and bytes changed. Every
//! entry gives an answer, and what it lets pass a second reader finds good.

#![cfg(test)]

mod edits;

use edits::{document, edited};
use postern_fuzz::{client_assertion, dpop, good, jwt, registration};
use proptest::prelude::*;

/// An entry with nothing to accept would prove nothing.
#[test]
fn the_good_inputs_pass() {
    assert!(jwt(good::JWT));
    assert!(dpop(good::DPOP));
    assert!(client_assertion(good::CLIENT_ASSERTION));
    assert!(registration(good::REGISTRATION));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn j09_j11_any_edit_of_an_access_token_gets_an_answer(data in edited(good::JWT)) {
        jwt(&data);
    }

    #[test]
    fn x07_any_edit_of_a_proof_gets_an_answer(data in edited(good::DPOP)) {
        dpop(&data);
    }

    #[test]
    fn t11_any_edit_of_an_assertion_gets_an_answer(data in edited(good::CLIENT_ASSERTION)) {
        client_assertion(&data);
    }

    #[test]
    fn d01_any_edit_of_client_metadata_gets_an_answer(data in document(good::REGISTRATION)) {
        registration(&data);
    }

    #[test]
    fn any_bytes_get_an_answer(data in prop::collection::vec(any::<u8>(), 0..600)) {
        let passed = [jwt(&data), dpop(&data), client_assertion(&data), registration(&data)];
        prop_assert_eq!(passed, [false; 4]);
    }
}
