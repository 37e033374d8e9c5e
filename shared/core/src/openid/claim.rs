//! The standard claims (OpenID Connect Core section 5.1), and the scopes that ask for them (section 5.4).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::param::ScopeSet;
use crate::tenant::User;

/// A standard claim about a person, besides `sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The full name.
    Name,
    /// Given names.
    GivenName,
    /// Family names.
    FamilyName,
    /// Middle names.
    MiddleName,
    /// What friends say.
    Nickname,
    /// What the person wants to be called by at the client. No identity.
    PreferredUsername,
    /// The address of a page about the person.
    Profile,
    /// The address of a picture.
    Picture,
    /// The address of the person's own pages.
    Website,
    /// The gender.
    Gender,
    /// The birthday, `YYYY-MM-DD`.
    Birthdate,
    /// The time zone, as in the tz database.
    Zoneinfo,
    /// The language, BCP 47.
    Locale,
    /// When the profile last changed, in seconds since 1970.
    UpdatedAt,
    /// The address that the person signs in with. No identity (J15).
    Email,
    /// Whether that was proved to be theirs.
    EmailVerified,
    /// The postal address.
    Address,
    /// The telephone number, E.164.
    PhoneNumber,
    /// Whether that was proved to be theirs.
    PhoneNumberVerified,
}

impl Claim {
    /// Every claim.
    pub const ALL: [Self; 19] = [
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::MiddleName,
        Self::Nickname,
        Self::PreferredUsername,
        Self::Profile,
        Self::Picture,
        Self::Website,
        Self::Gender,
        Self::Birthdate,
        Self::Zoneinfo,
        Self::Locale,
        Self::UpdatedAt,
        Self::Email,
        Self::EmailVerified,
        Self::Address,
        Self::PhoneNumber,
        Self::PhoneNumberVerified,
    ];

    /// The claim of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.name() == name)
    }

    /// Its registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::MiddleName => "middle_name",
            Self::Nickname => "nickname",
            Self::PreferredUsername => "preferred_username",
            Self::Profile => "profile",
            Self::Picture => "picture",
            Self::Website => "website",
            Self::Gender => "gender",
            Self::Birthdate => "birthdate",
            Self::Zoneinfo => "zoneinfo",
            Self::Locale => "locale",
            Self::UpdatedAt => "updated_at",
            Self::Email => "email",
            Self::EmailVerified => "email_verified",
            Self::Address => "address",
            Self::PhoneNumber => "phone_number",
            Self::PhoneNumberVerified => "phone_number_verified",
        }
    }

    /// The scope that asks for it, and without which no client gets it.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Email | Self::EmailVerified => "email",
            Self::Address => "address",
            Self::PhoneNumber | Self::PhoneNumberVerified => "phone",
            _ => "profile",
        }
    }

    /// What the person has of it; `None` where that is nothing, which is left out (section 5.3.2).
    pub fn of(self, user: &User) -> Option<Value> {
        let profile = &user.profile;
        let text = |text: &Option<String>| text.clone().map(Value::from);
        match self {
            Self::Name => Some(user.name.as_str().into()),
            Self::GivenName => text(&profile.given_name),
            Self::FamilyName => text(&profile.family_name),
            Self::MiddleName => text(&profile.middle_name),
            Self::Nickname => text(&profile.nickname),
            Self::PreferredUsername => text(&profile.preferred_username),
            Self::Profile => text(&profile.profile),
            Self::Picture => text(&profile.picture),
            Self::Website => text(&profile.website),
            Self::Gender => text(&profile.gender),
            Self::Birthdate => text(&profile.birthdate),
            Self::Zoneinfo => text(&profile.zoneinfo),
            Self::Locale => text(&profile.locale),
            Self::UpdatedAt => profile.updated_at.map(|at| at.as_secs().into()),
            Self::Email => Some(user.email.as_str().into()),
            Self::EmailVerified => Some(user.email_verified.into()),
            Self::Address => profile.address.as_ref().and_then(|address| serde_json::to_value(address).ok()),
            Self::PhoneNumber => text(&profile.phone_number),
            // Says nothing without a number.
            Self::PhoneNumberVerified => {
                profile.phone_number.as_ref().map(|_| profile.phone_number_verified.into())
            }
        }
    }

    /// What scopes ask for (section 5.4).
    pub fn of_scopes(scopes: &ScopeSet, user: &User) -> Map<String, Value> {
        let asked = Self::ALL.into_iter().filter(|claim| scopes.contains(claim.scope()));
        asked.filter_map(|claim| Some((claim.name().to_owned(), claim.of(user)?))).collect()
    }
}
