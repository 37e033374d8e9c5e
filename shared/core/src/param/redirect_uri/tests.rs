use super::*;

fn uri(text: &str) -> RedirectUri {
    RedirectUri::register(text).unwrap()
}

#[test]
fn a04_dangerous_schemes_are_refused_in_any_case() {
    let schemes = ["javascript", "JavaScript", "data", "vbscript", "blob", "file", "ftp", "about"];
    for scheme in schemes {
        for rest in [":alert(1)", "://a.example/cb", ":\talert(1)", ":%0aalert(1)"] {
            assert!(RedirectUri::register(&format!("{scheme}{rest}")).is_err(), "{scheme}{rest}");
        }
    }
}

#[test]
fn a03_parser_confusion_is_refused() {
    let tricks = [
        "https:evil.example",
        "https:///evil.example",
        "http://localhost:8090%25@evil.example/",
        "https://good.example@evil.example/",
        "https://good.example\\@evil.example/",
        "https://good.example/\tcb",
        "https://good.example/\0",
        "https://good.example/cb#fragment",
        "//evil.example/cb",
        "/cb",
        "",
        "https://exämple.example/cb",
        "http://evil.example/cb",
        "http://localhost.evil.example/cb",
    ];
    for trick in tricks {
        assert!(RedirectUri::register(trick).is_err(), "{trick:?}");
    }
}

#[test]
fn what_clients_register_is_accepted() {
    let good = [
        "https://app.example/cb",
        "https://app.example/cb?tenant=1",
        "http://localhost:3000/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:8000/cb",
        "com.example.app:/oauth",
        "com.example.app://cb",
    ];
    for text in good {
        assert!(RedirectUri::register(text).is_ok(), "{text}");
    }
}

#[test]
fn a02_any_one_character_edit_is_refused() {
    let registered = "https://app.example/cb?x=1";
    for index in 0..registered.len() {
        let mut edited = registered.as_bytes().to_vec();
        edited[index] ^= 0x01;
        if let Ok(edited) = String::from_utf8(edited) {
            assert_eq!(uri(registered).matches(&edited), None, "{edited}");
        }
        assert_eq!(uri(registered).matches(&registered[..index]), None);
    }
    for longer in ["/", "&y=1", ".evil.example", "/../other"] {
        assert_eq!(uri(registered).matches(&format!("{registered}{longer}")), None);
    }
}

#[test]
fn a05_the_port_is_free_on_loopback_literals_only() {
    assert!(uri("http://127.0.0.1/cb").matches("http://127.0.0.1:51004/cb").is_some());
    assert!(uri("http://[::1]:1/cb").matches("http://[::1]:2/cb").is_some());
    assert!(uri("http://127.0.0.1:80/cb").matches("http://127.0.0.1/cb").is_some());
    assert_eq!(uri("http://127.0.0.1/cb").matches("http://127.0.0.1:51004/other"), None);
    assert_eq!(uri("http://127.0.0.1/cb").matches("http://127.0.0.1:99999/cb"), None);
    assert_eq!(uri("http://127.0.0.1/cb").matches("http://127.0.0.1:1@evil.example/cb"), None);
    assert_eq!(uri("http://127.0.0.1/cb").matches("http://127.0.0.1.evil.example/cb"), None);
    assert_eq!(uri("http://localhost:1/cb").matches("http://localhost:2/cb"), None);
    assert_eq!(uri("https://app.example/cb").matches("https://app.example:444/cb"), None);
}
