//! Faults while somebody changes their password.

use postern_core::store::LoadAccounts;
use postern_testkit::{Ask, Form, PASSWORD};

use super::at_every_call;

/// A change that was not told of is known as our own where the store sends it again; a second try of the person's finds
/// either the old password or nobody signed in.
#[tokio::test]
async fn db04_db05_a_change_of_password() {
    at_every_call(
        async |world| {
            world.clock.advance(postern_core::lifetime::LOGIN_WINDOW);
            let (olivia, robin) = (&world.people.olivia, &world.people.robin);
            let same = world.store().load_account(&robin.user_id).await.unwrap().unwrap().user.password;
            world.edit_account(&olivia.user_id, |it| it.user.password = same).await;
            let mut browser = world.browser();
            let login = browser.open(&Ask::of(&world.apps.native)).await;
            browser.sign_in(&login, olivia).await;
            let page = browser.visit("/oauth2/password").await;
            let form = Form::read(page.text()).unwrap().fill("current", PASSWORD);
            (browser, form.fill("new", "a new password").fill("again", "a new password"))
        },
        async |world, (browser, form)| {
            let mut cold = world.instance().browser();
            cold.jar = browser.jar.clone();
            let draft = cold.post(form);
            cold.send(draft).await
        },
        async |_, _, outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            let second = outcome.second.status();
            assert!(second == 403 || (second == 200 && outcome.first_failed()), "{}", outcome.cell);
        },
    )
    .await;
}
