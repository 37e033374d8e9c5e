//! `/admin/v1/users`: the accounts of people, whichever tenants they belong to. For operators.

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::desk::{Desk, committed};
use super::newcomer::{is_address, profile};
use super::tenants::named;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::{Event, Kind};
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::id::{TenantId, UserId};
use crate::json_body::JsonBody;
use crate::openid::Profile;
use crate::query::parameter;
use crate::store::{Departure, Listing, Person, Versioned};
use crate::tenant::{User, normalise_email};

const LIST: &str = "users";

/// The most memberships that end with an account: DynamoDB writes a hundred items at once, two for each of them, and
/// three for the account.
const MOST_MEMBERSHIPS: usize = 48;

/// A person in a list.
#[derive(Serialize)]
struct UserView<'a> {
    user_id: &'a UserId,
    email: &'a str,
    email_verified: bool,
    name: &'a str,
    active: bool,
}

/// A person by themselves.
#[derive(Serialize)]
struct PersonView<'a> {
    #[serde(flatten)]
    user: UserView<'a>,
    profile: &'a Profile,
    memberships: Vec<MembershipView<'a>>,
}

#[derive(Serialize)]
struct MembershipView<'a> {
    tenant: &'a TenantId,
    role: &'a str,
    active: bool,
}

fn view(user: &User) -> UserView<'_> {
    UserView {
        user_id: &user.user_id,
        email: &user.email,
        email_verified: user.email_verified,
        name: &user.name,
        active: user.active,
    }
}

fn shown(person: &Person) -> Response {
    let memberships = person.memberships.iter().map(|Versioned { record, .. }| MembershipView {
        tenant: &record.tenant_id,
        role: &record.role,
        active: record.active,
    });
    let user = &person.user.record;
    let view = PersonView { user: view(user), profile: &user.profile, memberships: memberships.collect() };
    Response::of(StatusCode::OK, &view)
}

/// All of them in parts, or the one who signs in with an address.
pub(super) async fn list<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    desk.verify_operator()?;
    let query = desk.query()?;
    let found = match parameter(&query, "email")? {
        None => desk.server.store.list_users(desk.part(LIST).await?.window()).await?,
        Some(text) => {
            let email = normalise_email(text);
            if !is_address(&email) {
                return Err(ApiError::of_field("email", "It must be an address such as `ada@example.com`."));
            }
            let account = desk.server.store.load_account_by_email(&email).await?;
            Listing { items: account.into_iter().map(|account| account.user).collect(), next: None }
        }
    };
    desk.page(LIST, &found, view).await
}

pub(super) async fn show<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    user: &str,
) -> Result<Response, ApiError> {
    Ok(shown(&load(desk, user).await?))
}

pub(super) async fn change<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    user: &str,
) -> Result<Response, ApiError> {
    let mut person = load(desk, user).await?;
    let user = &mut person.user.record;
    let said = |user: &User| (user.name.clone(), user.email_verified, user.profile.clone());
    let before = said(user);
    let mut body = JsonBody::parse(desk.http)?;
    let names = body.names();
    if let Some(name) = body.text("name")? {
        user.name = named("name", &name)?;
    }
    if let Some(is_verified) = body.flag("email_verified")? {
        user.email_verified = is_verified;
    }
    if let Some(value) = body.any("profile") {
        user.profile = Profile { updated_at: user.profile.updated_at, ..profile(value)? };
    }
    body.finish()?;
    // What is as it was is neither written nor told of.
    if said(user) != before {
        user.profile.updated_at = Some(desk.server.now());
        write(desk, &person, desk.event(Kind::UserChanged).with("changed", &names)).await?;
    }
    Ok(shown(&person))
}

/// Switches an account off: everything that was issued for its person is void, for good.
pub(super) async fn suspend<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    user: &str,
) -> Result<Response, ApiError> {
    let mut person = load_another(desk, user).await?;
    // Said twice is done once, and told once.
    if person.user.record.active {
        let user = &mut person.user.record;
        user.active = false;
        user.not_before = after_now(desk, user.not_before);
        write(desk, &person, desk.event(Kind::UserSuspended)).await?;
    }
    Ok(shown(&person))
}

/// Lets somebody sign in again. What was void stays void.
pub(super) async fn restore<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    user: &str,
) -> Result<Response, ApiError> {
    let mut person = load(desk, user).await?;
    if !person.user.record.active {
        person.user.record.active = true;
        write(desk, &person, desk.event(Kind::UserRestored)).await?;
    }
    Ok(shown(&person))
}

/// Removes an account for good: it ends every membership, frees the address, and leaves nothing personal.
pub(super) async fn remove<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    user: &str,
) -> Result<Response, ApiError> {
    let Person { user, mut memberships } = load_another(desk, user).await?;
    if memberships.len() > MOST_MEMBERSHIPS {
        let description =
            "This person belongs to more tenants than can be left at once: end memberships first.";
        return Err(ApiError::new(ApiErrorCode::Conflict, description));
    }
    for member in &mut memberships {
        member.record.active = false;
        member.record.not_before = after_now(desk, member.record.not_before);
    }
    let Versioned { record, version } = user;
    let email = record.email.clone();
    let rest = without_the_person(record, |mark| after_now(desk, mark));
    desk.verify_time_left()?;
    let event = desk.event(Kind::UserRemoved).to_user(&rest.user_id);
    let departure = Departure {
        user: &rest,
        seen: Some(version),
        email: &email,
        memberships: &memberships,
        event: &event,
    };
    committed(desk.server.store.remove_user(&departure).await?)?;
    Ok(super::done())
}

/// What stays under the identifier: everything that was issued for it finds an account that is switched off.
fn without_the_person(user: User, raised: impl Fn(Timestamp) -> Timestamp) -> User {
    User {
        email: String::new(),
        email_verified: false,
        name: String::new(),
        password: None,
        active: false,
        not_before: raised(user.not_before),
        profile: Profile::default(),
        user_id: user.user_id,
    }
}

/// A mark that voids what was issued until now, and that never falls.
fn after_now<S, V>(desk: &Desk<'_, S, V>, mark: Timestamp) -> Timestamp {
    mark.max(desk.server.now().plus(1))
}

async fn write<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    person: &Person,
    event: Event,
) -> Result<(), ApiError> {
    let Versioned { record, version } = &person.user;
    desk.verify_time_left()?;
    let event = event.to_user(&record.user_id);
    committed(desk.server.store.write_user(record, Some(*version), &event).await?)
}

/// The person whom a path names.
async fn load<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>, user: &str) -> Result<Person, ApiError> {
    desk.verify_operator()?;
    let id = UserId::parse(user).map_err(|_| ApiError::NOT_FOUND)?;
    desk.server.store.read_person(&id).await?.ok_or(ApiError::NOT_FOUND)
}

/// The same, unless it is the one who asks: nobody locks themselves out by a slip.
async fn load_another<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    user: &str,
) -> Result<Person, ApiError> {
    let person = load(desk, user).await?;
    if desk.caller.user_id.as_ref() == Some(&person.user.record.user_id) {
        let description = "It is the account that your own token acts for: another operator has to do this.";
        return Err(ApiError::new(ApiErrorCode::Conflict, description));
    }
    Ok(person)
}
