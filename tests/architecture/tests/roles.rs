//! Each role against the code that runs under it: table, keys, environment.

use postern_architecture::sources::{Source, rust_below, texts};
use postern_architecture::template::{Function, Template, strings};
use postern_architecture::{environment, manifests, permissions, ports, quotas};

fn main_of(sources: &[Source], function: Function<'_>) -> String {
    let path = format!("functions/{}/src/main.rs", function.package);
    sources.iter().find(|source| source.path == path).map(|source| source.text.clone()).unwrap_or_default()
}

#[test]
fn no_role_allows_more_than_it_names() {
    let template = Template::load().unwrap();
    for function in template.functions() {
        let faults = permissions::loose(function);
        assert!(faults.is_empty(), "{}: {faults:?}", function.id);
    }
}

/// What only a deployment would tell, when it is too late.
#[test]
fn no_policy_is_longer_than_aws_takes() {
    assert_eq!(quotas::faults(&Template::load().unwrap()), Vec::<String>::new());
}

/// DB14: the actions and partitions of each role are those of the ports that its function names, no more, no less.
#[test]
fn roles_match_the_ports_that_main_names() {
    let (template, sources) = (Template::load().unwrap(), texts().unwrap());
    let declared = ports::declared(&sources);
    for function in template.functions() {
        let Some(named) = ports::named(&main_of(&sources, function)) else { continue };
        let needed: Vec<_> = named.iter().flat_map(|port| ports::needs(&declared, port).unwrap()).collect();
        let faults = permissions::differences(&permissions::on_table(function), &needed);
        assert!(faults.is_empty(), "{}:\n{}", function.id, faults.join("\n"));
    }
}

/// A port that kept silent would be a hole in the comparison above.
#[test]
fn every_port_of_the_store_says_what_it_does() {
    for (name, port) in ports::declared(&texts().unwrap()) {
        let speaks = !port.accesses.is_empty() || !port.gathers.is_empty();
        assert!(speaks || !port.of_store, "{name} has no line `DynamoDB:`");
    }
}

/// Only a function that links the KMS adapter may use a key, and the other way round.
#[test]
fn keys_are_for_functions_that_link_kms() {
    let (template, workspace) = (Template::load().unwrap(), manifests::workspace().unwrap());
    for function in template.functions() {
        let links =
            workspace.get(function.package).is_some_and(|package| package.shipped.contains("postern-kms"));
        // Logout tokens are signed, by the key's own policy, and nothing is unwrapped for them.
        let uses = !permissions::on_keys(function).is_empty() || function.package == "logout";
        assert_eq!(uses, links, "{}", function.id);
    }
}

/// K08: Sign is granted by the key's own policy, to these roles, and by no other page.
#[test]
fn only_the_token_doors_userinfo_introspection_and_logout_sign() {
    let template = Template::load().unwrap();
    for function in template.functions() {
        assert!(!permissions::on_keys(function).contains("Sign"), "{}", function.id);
    }
    let statements = template.properties("SigningKey")["KeyPolicy"]["Statement"].as_array().unwrap();
    let signing = statements.iter().filter(|statement| strings(&statement["Action"]).contains(&"kms:Sign"));
    let principals: Vec<_> = signing.map(|statement| statement["Principal"]["AWS"].to_string()).collect();
    assert_eq!(
        principals,
        [
            r#"[{"Fn::GetAtt":"TokenFunctionRole.Arn"},{"Fn::GetAtt":"RefreshFunctionRole.Arn"},{"Fn::GetAtt":"UserinfoFunctionRole.Arn"},{"Fn::GetAtt":"RevokeFunctionRole.Arn"},{"Fn::GetAtt":"LogoutFunctionRole.Arn"}]"#
        ]
    );
    let patterns = statements.iter().flat_map(|statement| strings(&statement["Action"]));
    let wide: Vec<_> = patterns.filter_map(|action| action.strip_suffix('*')).collect();
    assert!(
        wide.iter().all(|start| !"kms:Sign".starts_with(start) && !"kms:CreateGrant".starts_with(start)),
        "{wide:?}"
    );
    assert!(statements.iter().all(|statement| statement["NotAction"].is_null()));
}

/// The sample API's code may do nothing at all.
#[test]
fn the_sample_api_has_no_permission() {
    let template = Template::load().unwrap();
    let me = template.function("me").unwrap();
    assert!(permissions::on_table(me).is_empty() && permissions::on_keys(me).is_empty());
}

/// The authorizer marks a first use and changes nothing else of a grant.
#[test]
fn the_first_use_mark_is_bounded_to_its_attributes() {
    let template = Template::load().unwrap();
    for package in ["authorizer", "userinfo"] {
        let function = template.function(package).unwrap();
        let policies = function.properties["Policies"].to_string();
        let bounds = r#""ForAllValues:StringEquals":{"dynamodb:Attributes":["PK","SK","gen","confirmed"]}"#;
        assert!(policies.contains(bounds), "{package}");
        for statement in permissions::on_table(function) {
            let reads = |action: &&String| action.contains("GetItem") || *action == "Query";
            let writes: Vec<_> = statement.actions.iter().filter(|action| !reads(action)).collect();
            // A used proof is written under a key of its own, beside no other item.
            let proofs = statement.partitions.iter().eq(["PROOF#"]) && writes == ["PutItem"];
            assert!(writes.is_empty() || writes == ["UpdateItem"] || proofs, "{package}: {writes:?}");
        }
    }
}

/// Whoever may write into a tenant's partition, or a person's, to connect, to end a connection or to mark a use can change
/// nothing else there: neither roles nor features nor a password.
#[test]
fn writes_beside_tenants_and_people_are_bounded_to_their_attributes() {
    let template = Template::load().unwrap();
    let connect = r#"["PK","SK","client_id","tenant_id","apis","created_at","updated_at","not_before","revoked_at","audit"]"#;
    let account = r#"["PK","SK","user_id","email","email_verified","name","password","active","not_before","profile","tenant_id","role","version","removed","audit"]"#;
    let tenant = r#"["PK","SK","tenant_id","name","active","not_before","roles","features","api_domain","audit_days","livemode","pat_max_days","unverified_clients","operator","version","removed","audit"]"#;
    let invitation = r#"["PK","SK","invitation_id","tenant_id","email","role","invited_by","created_at","expires_at","state","version","ttl","audit"]"#;
    let member = r#"["PK","SK","user_id","tenant_id","role","active","not_before","version","audit"]"#;
    for (package, sid, attributes) in [
        ("token", "Connect", connect),
        ("refresh", "Connect", connect),
        ("revoke", "EndConnections", r#"["PK","SK","revoked_at","audit"]"#),
        ("admin", "ClaimAddresses", r#"["PK","SK","user_id"]"#),
        ("admin", "FreeAddresses", r#"["PK","SK","user_id"]"#),
        ("admin", "WriteAccounts", account),
        ("admin", "WriteTenants", tenant),
        ("admin", "WriteInvitations", invitation),
        ("admin", "ListInvitations", r#"["PK","SK","email","ttl"]"#),
        ("account", "EndInvitations", invitation),
        ("account", "TakeSeats", member),
        ("account", "ListMembers", r#"["PK","SK"]"#),
        ("authorize", "ChangePasswords", r#"["PK","SK","password","active","not_before","version","audit"]"#),
        ("authorize", "EndInvitations", invitation),
        ("authorize", "TakeSeats", member),
        ("authorize", "ListMembers", r#"["PK","SK"]"#),
        ("revoke", "ForgetConsents", r#"["PK","SK","forgotten_at","ttl"]"#),
        ("admin", "WriteClientLists", r#"["PK","SK"]"#),
        ("admin", "ChangeConnections", r#"["PK","SK","networks","revoked_at","audit"]"#),
        ("admin", "RevokePats", r#"["PK","SK","tenant_id","revoked_at","ttl","audit"]"#),
        ("account", "ChangeConnections", r#"["PK","SK","networks","revoked_at","audit"]"#),
        ("authorizer", "MarkUse", r#"["PK","SK","last_used_on"]"#),
    ] {
        let policies = &template.function(package).unwrap().properties["Policies"][0]["Statement"];
        let statement = policies.as_array().unwrap().iter().find(|it| it["Sid"] == sid).unwrap();
        let bound = &statement["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"];
        assert_eq!(bound.to_string(), attributes, "{package}");
        assert_eq!(statement["Condition"]["Null"]["dynamodb:Attributes"], "false", "{package}");
    }
}

#[test]
fn each_function_is_given_the_variables_that_it_reads() {
    let (template, sources) = (Template::load().unwrap(), texts().unwrap());
    let mut settings = rust_below(&sources, "shared/core/src");
    settings.extend(rust_below(&sources, "shared/outbound/src"));
    settings.retain(|source| source.path.ends_with("/settings.rs"));
    let accessors = environment::accessors(&settings);
    for function in template.functions() {
        let code = rust_below(&sources, &format!("functions/{}/src", function.package));
        let given = environment::ours(&environment::given(function));
        assert_eq!(environment::read(&code, &accessors), given, "{}", function.id);
    }
}

/// No secret stands in the environment (L09).
#[test]
fn the_environment_holds_names_and_addresses_only() {
    let template = Template::load().unwrap();
    for function in template.functions() {
        for name in environment::given(function) {
            let secret =
                ["SECRET", "PASSWORD", "PEPPER", "TOKEN", "KEY"].iter().any(|word| name.contains(word));
            assert!(!secret, "{}: {name}", function.id);
        }
    }
}
