//! `postern tenant`, `postern member`, `postern role`.

use std::io::BufRead as _;

use clap::{Args, Subcommand};
use postern_core::entropy::{OsEntropy, alphanumeric};
use reqwest::Method;

use super::clear::OfTenant;
use super::{Job, Members as Body};
use crate::bootstrap::Failure;

#[derive(Subcommand)]
pub(crate) enum Tenants {
    /// List tenants.
    List,
    /// Create a tenant.
    Create {
        /// The name that people see.
        name: String,
        /// For tests, which never changes: its platforms and connections never meet live ones.
        #[arg(long)]
        test: bool,
        #[command(flatten)]
        bounds: Bounds,
    },
    /// Show a tenant.
    Show { tenant: String },
    /// Change a tenant.
    Update {
        tenant: String,
        /// The name that people see.
        #[arg(long)]
        name: Option<String>,
        /// What it shall be without; may be repeated.
        #[arg(long, value_name = "WHAT", value_enum)]
        clear: Vec<OfTenant>,
        #[command(flatten)]
        bounds: Bounds,
    },
    /// Refuse every request for a tenant.
    Suspend { tenant: String },
    /// Let a suspended tenant back in.
    Restore { tenant: String },
    /// Remove a suspended tenant for good: name, roles and features are erased, and what was issued stays refused.
    Remove { tenant: String },
}

#[derive(Args)]
pub(crate) struct Bounds {
    /// What the tenant may do at all, such as `contact.*`; may be repeated.
    #[arg(long = "feature", value_name = "PERMISSION")]
    features: Vec<String>,
    /// The one host that serves the tenant.
    #[arg(long, value_name = "HOST")]
    api_domain: Option<String>,
    /// How many days a personal access token may live at most.
    #[arg(long, value_name = "DAYS")]
    pat_max_days: Option<u32>,
    /// Whether apps may act for it that registered themselves, or are described by a document.
    #[arg(long, value_name = "true|false")]
    unverified_clients: Option<bool>,
    /// For how many days the audit log is kept.
    #[arg(long, value_name = "DAYS")]
    audit_days: Option<u32>,
}

impl Bounds {
    fn body(self) -> Body {
        Body::default()
            .with_all("features", self.features)
            .with("api_domain", self.api_domain)
            .with("pat_max_days", self.pat_max_days)
            .with("unverified_clients", self.unverified_clients)
            .with("audit_days", self.audit_days)
    }
}

impl Tenants {
    pub(super) fn job(self) -> Result<Job, Failure> {
        Ok(match self {
            Self::List => Job::get("tenants?limit=100").columns(&["id", "name", "active", "livemode"]),
            Self::Create { name, test, bounds } => {
                let body = bounds.body().with("name", Some(name)).with("livemode", Some(!test));
                Job::new(Method::POST, "tenants").json(body)
            }
            Self::Show { tenant } => Job::get(format!("tenants/{tenant}")),
            Self::Update { tenant, name, clear, bounds } => {
                let body = bounds.body().with("name", name).without(&clear)?;
                Job::new(Method::PATCH, format!("tenants/{tenant}")).json(body)
            }
            Self::Suspend { tenant } => Job::new(Method::POST, format!("tenants/{tenant}/suspend")),
            Self::Restore { tenant } => Job::new(Method::POST, format!("tenants/{tenant}/restore")),
            Self::Remove { tenant } => Job::new(Method::DELETE, format!("tenants/{tenant}")),
        })
    }
}

#[derive(Subcommand)]
pub(crate) enum Members {
    /// List the members of a tenant.
    List { tenant: String },
    /// Ask somebody to become a member: they accept when they sign in, or not.
    Invite {
        tenant: String,
        email: String,
        /// One of the tenant's roles.
        #[arg(long)]
        role: String,
    },
    /// List the invitations that are pending.
    Invitations { tenant: String },
    /// Take an invitation back.
    Withdraw { tenant: String, invitation: String },
    /// Make somebody a member at once, unasked. For operators.
    ///
    /// With --name, also make their account: its first password is printed once, or read from the first line of
    /// standard input with --password-stdin.
    Add {
        tenant: String,
        email: String,
        /// One of the tenant's roles.
        #[arg(long)]
        role: String,
        /// Their name, where they have no account yet.
        #[arg(long)]
        name: Option<String>,
        /// Read the first password instead of making one up.
        #[arg(long, requires = "name")]
        password_stdin: bool,
    },
    /// Give a member another role.
    SetRole { tenant: String, user: String, role: String },
    /// Pause a member: everything that was issued for the membership is void, and they may not act until they are let
    /// back in.
    Pause { tenant: String, user: String },
    /// Let a paused member back in.
    Restore { tenant: String, user: String },
    /// Remove a member: everything that was issued for the membership is void.
    Remove { tenant: String, user: String },
}

impl Members {
    pub(super) fn job(self) -> Result<Job, Failure> {
        Ok(match self {
            Self::List { tenant } => Job::get(format!("tenants/{tenant}/members?limit=100"))
                .columns(&["user_id", "email", "name", "role", "active"]),
            Self::Invite { tenant, email, role } => {
                let body = Body::default().with("email", Some(email)).with("role", Some(role));
                Job::new(Method::POST, format!("tenants/{tenant}/members")).json(body)
            }
            Self::Invitations { tenant } => Job::get(format!("tenants/{tenant}/invitations?limit=100"))
                .columns(&["id", "email", "role", "expires_at"]),
            Self::Withdraw { tenant, invitation } => {
                Job::new(Method::DELETE, format!("tenants/{tenant}/invitations/{invitation}"))
            }
            Self::Add { tenant, email, role, name, password_stdin } => {
                let body = Body::default().with("email", Some(email)).with("role", Some(role));
                let body = body.with("active", Some(true));
                let mut job = Job::new(Method::POST, format!("tenants/{tenant}/members"));
                let password = match (&name, password_stdin) {
                    (None, _) => None,
                    (Some(_), true) => Some(first_line()?),
                    (Some(_), false) => Some(alphanumeric(&OsEntropy, 20)),
                };
                if let (Some(password), false) = (&password, password_stdin) {
                    job.note = Some(format!("First password, shown this once: {password}"));
                }
                job.json(body.with("name", name).with("password", password))
            }
            Self::SetRole { tenant, user, role } => {
                let body = Body::default().with("role", Some(role));
                Job::new(Method::PATCH, format!("tenants/{tenant}/members/{user}")).json(body)
            }
            Self::Pause { tenant, user } => set_active(&tenant, &user, false),
            Self::Restore { tenant, user } => set_active(&tenant, &user, true),
            Self::Remove { tenant, user } => {
                Job::new(Method::DELETE, format!("tenants/{tenant}/members/{user}"))
            }
        })
    }
}

fn set_active(tenant: &str, user: &str, active: bool) -> Job {
    let body = Body::default().with("active", Some(active));
    Job::new(Method::PATCH, format!("tenants/{tenant}/members/{user}")).json(body)
}

fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[derive(Subcommand)]
pub(crate) enum Roles {
    /// Show the roles of a tenant.
    List { tenant: String },
    /// Define a role.
    Set {
        tenant: String,
        role: String,
        /// What it permits, such as `contact.read` or `contact.*`.
        #[arg(required = true)]
        permissions: Vec<String>,
    },
    /// Remove a role: members who have it may do nothing until they get another.
    Remove { tenant: String, role: String },
}

impl Roles {
    pub(super) fn job(self) -> Job {
        match self {
            Self::List { tenant } => Job::get(format!("tenants/{tenant}")),
            Self::Set { tenant, role, permissions } => {
                let body = Body::default().with_all("permissions", permissions);
                Job::new(Method::PUT, format!("tenants/{tenant}/roles/{role}")).json(body)
            }
            Self::Remove { tenant, role } => {
                Job::new(Method::DELETE, format!("tenants/{tenant}/roles/{role}"))
            }
        }
    }
}
