//! A line for each command, and for flags that exclude each other one each.

/// The flags of everything that a client may have.
pub(super) const TRAITS: &str = "--redirect-uri https://app.test/cb --grant-type authorization_code --scope openid \
    --audience https://api.test --api https://cases.test --network 198.51.100.0/24 --rotate-refresh-tokens true \
    --require-pkce true --post-logout-redirect-uri https://app.test/ --backchannel-logout-uri https://app.test/out \
    --subject-type pairwise --default-max-age 3600 --require-auth-time true --userinfo-signed-response-alg RS256 \
    --backchannel-logout-session-required true --limit api=600 --token-endpoint-auth-method private_key_jwt \
    --jwks-uri https://app.test/keys --profile fapi2 --dpop-bound-access-tokens true --dpop-nonce true \
    --require-pushed-authorization-requests true";

/// What stands in a path is called as the document calls it there: so nothing can be taken for something else.
/// `[traits]` are [`TRAITS`].
pub(super) const LINES: &[&str] = &[
    "tenant list",
    "tenant create Acme --test --feature crm.* --api-domain api.test --pat-max-days 9 --unverified-clients false --audit-days 9",
    "tenant show {tenant}",
    "tenant update {tenant} --name Acme --feature crm.* --api-domain api.test --pat-max-days 9 --unverified-clients false --audit-days 9",
    "tenant suspend {tenant}",
    "tenant restore {tenant}",
    "tenant remove {tenant}",
    "member list {tenant}",
    "member invite {tenant} ada@acme.test --role reader",
    "member invitations {tenant}",
    "member withdraw {tenant} {invitation}",
    "member add {tenant} ada@acme.test --role reader --name Ada",
    "member set-role {tenant} {user} reader",
    "member pause {tenant} {user}",
    "member restore {tenant} {user}",
    "member remove {tenant} {user}",
    "role list {tenant}",
    "role set {tenant} {role} contact.read",
    "role remove {tenant} {role}",
    "pat list {tenant} {user}",
    "pat revoke {tenant} {user} {token}",
    "user list",
    "user find ada@acme.test",
    "user show {user}",
    "user change {user} --name Ada --email-verified true --profile {}",
    "user suspend {user}",
    "user restore {user}",
    "user remove {user}",
    "connection list {tenant}",
    "connection restrict {tenant} {client} --network 198.51.100.0/24",
    "connection restrict {tenant} {client} --anywhere",
    "connection activity {tenant} {client} --limit 10 --cursor next",
    "connection end {tenant} {client}",
    "client list --tenant ten_acme",
    "client create service Nightly --tenant ten_acme [traits]",
    // Any JSON will do for the file.
    "client create web CRM --jwks ../shared/openapi/tests/documents/cases.json",
    "client show {client}",
    "client update {client} --name CRM --active true --any-api false --clear bound [traits]",
    "client update {client} --jwks ../shared/openapi/tests/documents/cases.json",
    "client remove {client}",
    "client secret add {client}",
    "client secret remove {client} {secret}",
    "platform create Harbour --tenant ten_harbour [traits]",
    "registration-token list",
    "registration-token create Farm --uses 5 --days 7 --require-pkce false",
    "registration-token revoke {token}",
    "api put ../functions/admin/openapi.yaml --audience https://api.test",
    "api list",
    "api remove https://api.test",
    "api reference https://api.test",
    "audit --tenant ten_acme --client app --from 1 --to 2 --limit 10 --cursor next",
];
