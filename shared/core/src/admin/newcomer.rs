//! `POST /admin/v1/tenants/{tenant}/members`. An address is invited; who signs in with it decides. Operators may also add
//! a member at once, and they alone make accounts, with a first password: a tenant's administrator who could choose one
//! would hold the account of somebody whom another tenant adds later.

use postern_jose::Vault;
use serde_json::Value;

use super::desk::{Desk, committed};
use super::members::{about, known_role, view};
use super::tenants::named;
use super::{AdminStore, invitations};
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::Kind;
use crate::clock::Timestamp;
use crate::credential::{Password, PasswordHash};
use crate::http::{Response, StatusCode};
use crate::id::{TenantId, UserId};
use crate::json_body::JsonBody;
use crate::openid::Profile;
use crate::store::Newcomer;
use crate::tenant::{Account, Member, User, normalise_email};

/// Longest profile, in bytes.
const LONGEST_PROFILE: usize = 4096;
/// Longest address (RFC 5321 section 4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;

/// What the body says.
struct Draft {
    email: String,
    role: String,
    /// Whether they are a member at once, unasked.
    active: bool,
    name: Option<String>,
    password: Option<Password>,
    profile: Option<Profile>,
}

pub(super) async fn add<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
) -> Result<Response, ApiError> {
    let tenant = desk.tenant(tenant).await?.record;
    let mut draft = read(JsonBody::parse(desk.http)?)?;
    draft.role = known_role(&tenant, draft.role)?;
    if !draft.active {
        draft.verify_without_account()?;
        return invitations::invite(desk, &tenant.tenant_id, draft.email, draft.role).await;
    }
    if !desk.is_operator {
        let description = "Only operators add members at once: without `active`, it is an invitation.";
        return Err(ApiError::new(ApiErrorCode::InsufficientRole, description).about("active"));
    }
    match desk.server.store.load_account_by_email(&draft.email).await? {
        Some(account) => add_known(desk, &tenant.tenant_id, account, draft).await,
        None => add_new(desk, tenant.tenant_id, draft).await,
    }
}

impl Draft {
    /// An invitation says nothing of an account, and does not look for one.
    fn verify_without_account(&self) -> Result<(), ApiError> {
        let given = [
            ("name", self.name.is_some()),
            ("password", self.password.is_some()),
            ("profile", self.profile.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((field, _)) => {
                Err(ApiError::of_field(field, "It is of a new account, which operators make with `active`."))
            }
            None => Ok(()),
        }
    }
}

async fn add_known<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &TenantId,
    account: Account,
    draft: Draft,
) -> Result<Response, ApiError> {
    let conflict = |description| Err(ApiError::new(ApiErrorCode::Conflict, description));
    if draft.name.is_some() || draft.password.is_some() || draft.profile.is_some() {
        return conflict("This address has an account already: leave out `name`, `password` and `profile`.");
    }
    let user = account.user;
    if desk.server.store.read_member(tenant, &user.user_id).await?.is_some() {
        return conflict("This person is a member already.");
    }
    let ended = desk.server.store.ended_member(tenant, &user.user_id).await?;
    // The mark of a membership that ended stays: nothing issued under it comes back to life.
    let not_before = ended.as_ref().map_or(Timestamp::from_secs(0), |ended| ended.record.not_before);
    let (user_id, tenant_id) = (user.user_id.clone(), tenant.clone());
    let member = Member { user_id, tenant_id, role: draft.role, active: true, not_before };
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::MemberAdded), &member).with("role", &member.role);
    let seen = ended.map(|ended| ended.version);
    let newcomer = Newcomer { account: None, member: &member, seen, event: &event };
    committed(desk.server.store.add_member(&newcomer).await?)?;
    Ok(Response::of(StatusCode::CREATED, &view(&user, &member)))
}

async fn add_new<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant_id: TenantId,
    draft: Draft,
) -> Result<Response, ApiError> {
    let required = |field| ApiError::of_field(field, "It is required for a new account.");
    let name = draft.name.ok_or_else(|| required("name"))?;
    let password = draft.password.ok_or_else(|| required("password"))?;
    let server = desk.server;
    let hash = PasswordHash::create(&password, &*server.credential_keys().await?, server.entropy.as_ref());
    let zero = Timestamp::from_secs(0);
    let user = User {
        user_id: UserId::generate(server.entropy.as_ref()),
        email: draft.email,
        email_verified: false,
        name,
        password: hash,
        active: true,
        not_before: zero,
        profile: Profile { updated_at: Some(server.now()), ..draft.profile.unwrap_or_default() },
    };
    let user_id = user.user_id.clone();
    let member = Member { user_id, tenant_id, role: draft.role, active: true, not_before: zero };
    desk.verify_time_left()?;
    let created = about(desk.event(Kind::UserCreated), &member);
    let event = about(desk.event(Kind::MemberAdded), &member).with("role", &member.role);
    let account = Some((&user, &created));
    let newcomer = Newcomer { account, member: &member, seen: None, event: &event };
    committed(server.store.add_member(&newcomer).await?)?;
    Ok(Response::of(StatusCode::CREATED, &view(&user, &member)))
}

fn read(mut body: JsonBody) -> Result<Draft, ApiError> {
    let required = |field| ApiError::of_field(field, "It is required.");
    let email = normalise_email(&body.text("email")?.ok_or_else(|| required("email"))?);
    let role = body.text("role")?.ok_or_else(|| required("role"))?;
    let name = body.text("name")?.map(|name| named("name", &name)).transpose()?;
    let password = body.text("password")?;
    let profile = body.any("profile").map(profile).transpose()?;
    let active = body.flag("active")?.unwrap_or(false);
    body.finish()?;
    if !is_address(&email) {
        return Err(ApiError::of_field("email", "It must be an address such as `ada@example.com`."));
    }
    let password = password.map(|text| {
        Password::choose(&text)
            .ok_or_else(|| ApiError::of_field("password", "It must have 12 to 1,024 bytes."))
    });
    Ok(Draft { email, role, active, name, password: password.transpose()?, profile })
}

/// What is known of the person: members of the standard claims, without their email and name.
pub(super) fn profile(value: Value) -> Result<Profile, ApiError> {
    let fits = value.to_string().len() <= LONGEST_PROFILE;
    let profile = serde_json::from_value(value).ok().filter(|_| fits);
    profile.ok_or_else(|| {
        let description = "An object of standard claims such as `given_name`, at most 4,096 bytes.";
        ApiError::of_field("profile", description)
    })
}

/// One `@` with something before it and a host after it. Whether it exists, only a letter to it could tell.
pub(super) fn is_address(text: &str) -> bool {
    let plain = |it: char| it.is_alphanumeric() || ".!$%&'*+-/=?^_`{|}~@".contains(it);
    let parts: Vec<_> = text.split('@').collect();
    let [local, host] = parts.as_slice() else { return false };
    let host_fits = host.contains('.') && host.split('.').all(|label| !label.is_empty());
    text.len() <= LONGEST_EMAIL && text.chars().all(plain) && !local.is_empty() && host_fits
}
